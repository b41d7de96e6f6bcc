package server

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Person is one browser without scripts: cookies, and forms that are filled in.
type Person struct {
	Server *Server
	Client *http.Client // follows no redirects
}

// Page is an answer that has been read.
type Page struct {
	Status int
	Header http.Header
	Body   string
}

// Form is a form as it stands in a page.
type Form struct {
	Method string
	Action string
	Fields url.Values
}

// Visitor is a person who has not signed in.
func (s *Server) Visitor(t testing.TB) *Person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Person{Server: s, Client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// SignIn signs one of the demo's people in through the sign-in page.
func (s *Server) SignIn(t testing.TB, username string) *Person {
	t.Helper()
	p := s.Visitor(t)
	page := p.TrySignIn(t, username, s.Password)
	if page.Status != http.StatusSeeOther {
		t.Fatalf("%s cannot sign in: %d\n%s", username, page.Status, page.Body)
	}
	return p
}

// TrySignIn fills in the sign-in page and returns the answer.
func (p *Person) TrySignIn(t testing.TB, username, password string) Page {
	t.Helper()
	form := p.Get(t, "/signin").FormWith(t, "password")
	form.Fields.Set("username", username)
	form.Fields.Set("password", password)
	return p.Submit(t, form)
}

// TrySession signs a person in without a test at hand, as a goroutine must, and
// returns the cookie. An error tells that the server did not answer.
func (s *Server) TrySession(username string) (*http.Cookie, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(s.URL+"/signin", url.Values{"username": {username}, "password": {s.Password}})
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	cookies := response.Cookies()
	i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return !strings.HasSuffix(c.Name, "-device") })
	if response.StatusCode != http.StatusSeeOther || i < 0 {
		return nil, fmt.Errorf("the sign-in answers %d with %d cookies", response.StatusCode, len(cookies))
	}
	return cookies[i], nil
}

// Launch opens the connector and returns the self-posting form.
func (p *Person) Launch(t testing.TB, slug string) Form {
	t.Helper()
	page := p.Get(t, "/sso/"+slug)
	if page.Status != http.StatusOK {
		t.Fatalf("/sso/%s answered %d:\n%s", slug, page.Status, page.Body)
	}
	return page.FormWith(t, "SAMLResponse")
}

// Get fetches a path of the server.
func (p *Person) Get(t testing.TB, path string) Page {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.Do(t, request)
}

// Submit sends a POST form to the server.
func (p *Person) Submit(t testing.TB, form Form) Page {
	t.Helper()
	base, err := url.Parse(p.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	target, err := base.Parse(form.Action)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.NewReader(form.Fields.Encode())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target.String(), body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", p.Server.URL)
	return p.Do(t, request)
}

// Do sends a request with the person's cookies and reads the answer.
func (p *Person) Do(t testing.TB, request *http.Request) Page {
	t.Helper()
	response, err := p.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Page{Status: response.StatusCode, Header: response.Header, Body: string(body)}
}

// Metadata fetches a connector's metadata.
func (s *Server) Metadata(t testing.TB, slug string) string {
	t.Helper()
	page := s.Visitor(t).Get(t, "/metadata/"+slug)
	if page.Status != http.StatusOK {
		t.Fatalf("/metadata/%s answered %d", slug, page.Status)
	}
	return page.Body
}

// FormWith returns the page's first form that has a field of the name.
func (page Page) FormWith(t testing.TB, field string) Form {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page.Body))
	if err != nil {
		t.Fatal(err)
	}
	form, err := find(root, field)
	if err != nil {
		t.Fatalf("%v in a page of status %d:\n%s", err, page.Status, page.Body)
	}
	return form
}

func find(root *html.Node, field string) (Form, error) {
	for node := range root.Descendants() {
		if node.Type != html.ElementNode || node.Data != "form" {
			continue
		}
		form := Form{Method: attribute(node, "method"), Action: attribute(node, "action"), Fields: fields(node)}
		if form.Fields.Has(field) {
			return form, nil
		}
	}
	return Form{}, fmt.Errorf("no form with a field %q", field)
}

func fields(form *html.Node) url.Values {
	values := url.Values{}
	for node := range form.Descendants() {
		if node.Type == html.ElementNode && node.Data == "input" && attribute(node, "name") != "" {
			values.Add(attribute(node, "name"), attribute(node, "value"))
		}
	}
	return values
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
