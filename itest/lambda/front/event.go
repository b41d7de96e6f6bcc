package front

import (
	"crypto/rand"
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// The API as its events name it.
const (
	account = "111122223333"
	apiID   = "r3pmxmplak"
	stage   = "$default"
)

// Event is the event for a request, with its body already read. Route key and path
// parameters are the route's to add.
func Event(r *http.Request, body []byte) events.APIGatewayV2HTTPRequest {
	now := time.Now()
	source := sourceOf(r)
	prefix, _, _ := strings.Cut(r.Host, ".")
	event := events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              stage,
		RawPath:               r.URL.EscapedPath(),
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookiesOf(r.Header),
		Headers:               headersOf(r, source, len(body)),
		QueryStringParameters: queryOf(r.URL),
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey:     stage,
			AccountID:    account,
			Stage:        stage,
			RequestID:    newRequestID(),
			APIID:        apiID,
			DomainName:   r.Host,
			DomainPrefix: prefix,
			Time:         now.UTC().Format("02/Jan/2006:15:04:05 -0700"),
			TimeEpoch:    now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method:    r.Method,
				Path:      r.URL.EscapedPath(),
				Protocol:  r.Proto,
				SourceIP:  source,
				UserAgent: r.UserAgent(),
			},
		},
	}
	event.Body, event.IsBase64Encoded = bodyOf(r.Header.Get("Content-Type"), body)
	return event
}

func sourceOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// headersOf are the headers under names in lower case, those that came more than
// once joined, without cookies, and with what API Gateway adds.
func headersOf(r *http.Request, source string, length int) map[string]string {
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	delete(headers, "cookie")
	headers["host"] = r.Host
	headers["content-length"] = strconv.Itoa(length)
	headers["x-forwarded-port"] = "443"
	headers["x-forwarded-proto"] = "https"
	headers["x-amzn-trace-id"] = "Root=1-" + strconv.FormatInt(time.Now().Unix(), 16) + "-5e6722a7cc56a1b2c3d4e5f6"
	headers["x-forwarded-for"] = source
	if claimed := r.Header.Get("X-Forwarded-For"); claimed != "" {
		headers["x-forwarded-for"] = claimed + "," + source
	}
	return headers
}

func cookiesOf(header http.Header) []string {
	var cookies []string
	for _, line := range header.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			cookies = append(cookies, strings.TrimSpace(cookie))
		}
	}
	return cookies
}

func queryOf(u *url.URL) map[string]string {
	query := map[string]string{}
	for name, values := range u.Query() {
		query[name] = strings.Join(values, ",")
	}
	if len(query) == 0 {
		return nil
	}
	return query
}

// texts are the types of bodies, other than text/*, that go on as text.
var texts = []string{"application/json", "application/xml", "application/javascript"}

func bodyOf(contentType string, body []byte) (string, bool) {
	if len(body) == 0 {
		return "", false
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err == nil && (strings.HasPrefix(kind, "text/") || slices.Contains(texts, kind)) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

// newRequestID is an ID in API Gateway's form, such as JKJaXmPLvHcESHA=.
func newRequestID() string {
	var raw [11]byte
	_, _ = rand.Read(raw[:]) // never fails
	return base64.StdEncoding.EncodeToString(raw[:])
}
