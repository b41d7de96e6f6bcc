package api_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/web/api"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// TestNothingThatIsSentGets500 sends what nobody would to an installation that
// changes under it.
func TestNothingThatIsSentGets500(t *testing.T) {
	w := newWorld(t)
	var log strings.Builder
	handler := reqctx.Direct(api.New(api.Options{
		Service: w.service, Version: "test", Log: slog.New(slog.NewTextHandler(&log, nil)),
		Authenticate: func(*http.Request) (admin.Actor, error) { return operator, nil },
	}))
	answers := map[int]int{}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(rows).Draw(t, "route")
		w.restore(t)
		method, path, _ := strings.Cut(r.route, "/")
		request := httptest.NewRequestWithContext(t.Context(), method, "/api/v1/"+drawPath(t, w, path)+drawQuery(t), strings.NewReader(drawBody(t, r)))
		kind := kindOf(method)
		if otherKinds[r.route] != "" {
			kind = otherKinds[r.route]
		}
		for name, values := range map[string][]string{
			"Content-Type":  {kind, kind, kind, "application/json", "text/csv", "", "x"},
			"If-Match":      {"*", "*", "*", `"x.1"`, "", "x"},
			"If-None-Match": {"", "*", `W/"x"`},
		} {
			value := rapid.SampledFrom(values).Draw(t, name)
			if value != "" {
				request.Header.Set(name, value)
			}
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code >= 500 {
			t.Fatalf("%s %s answered %d\n%s", method, request.URL, answer.Code, log.String())
		}
		answers[answer.Code]++
		kind = answer.Header().Get("Content-Type")
		if strings.HasSuffix(kind, "json") && answer.Body.Len() > 0 && !json.Valid(answer.Body.Bytes()) {
			t.Fatalf("answered no JSON: %s", answer.Body)
		}
		if answer.Code >= 400 && kind != "application/problem+json" {
			t.Fatalf("%d is told as %q", answer.Code, kind)
		}
	})
	t.Logf("answers by status: %v", answers)
}

// restore makes again what a request before took away.
func (w *world) restore(t *rapid.T) {
	as := w.service.As(operator)
	_, group := as.CreateGroup(t.Context(), resource.Group{Name: "SSO-AWS-A"})
	_, user := as.CreateUser(t.Context(), resource.User{Email: "alice@example.com"})
	const iam = "arn:aws:iam::111122223333:"
	_, connector := as.CreateConnector(t.Context(), resource.Connector{
		Slug: "aws-a", Label: "AWS A", Key: &resource.Key{Source: "uploaded"},
		Roles: []resource.Role{{RoleARN: iam + "role/A", ProviderARN: iam + "saml-provider/G"}},
	})
	for _, err := range []error{group, user, connector} {
		if err != nil && !errors.Is(err, store.ErrExists) {
			t.Fatal(err)
		}
	}
}

// hostile is text that people and programs send.
var hostile = []string{
	"", "a", "aws-a", "SSO-AWS-A", "alice@example.com", "..", ".", "%", "\x00", "\u202e", "日本", "'; --", "<script>", "${user.email}", "=cmd()",
	"arn:aws:iam::111122223333:role/A", "arn:aws:iam::111122223333:saml-provider/G", "1h", "-1h", "9999999h", "2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
	"2999-12-31T23:59:59+23:59", "gp_x", strings.Repeat("x", 5000), "\ufeff", "a/b", "a\nb", "owner", "uploaded", "bookmark", "javascript:alert(1)", "https://x",
}

func drawText(t *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()).Draw(t, "text")
}

func drawPath(t *rapid.T, w *world, path string) string {
	if rapid.IntRange(0, 3).Draw(t, "bad names") > 0 {
		return strings.TrimPrefix(w.ask(row{route: "/" + path}).path, "/")
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = url.PathEscape(drawText(t))
		}
	}
	return strings.Join(parts, "/")
}

func drawQuery(t *rapid.T) string {
	if rapid.IntRange(0, 3).Draw(t, "query") > 0 {
		return ""
	}
	values := url.Values{}
	for range rapid.IntRange(1, 3).Draw(t, "parameters") {
		values.Set(rapid.SampledFrom([]string{"limit", "cursor", "prefix", "q", "since", "until", "user", "connector", "format", "dry_run", "x"}).Draw(t, "parameter"), drawText(t))
	}
	return "?" + values.Encode()
}

func drawBody(t *rapid.T, r row) string {
	if rapid.IntRange(0, 5).Draw(t, "good body") == 0 {
		return r.body
	}
	members := map[string]any{}
	if r.first != "" && rapid.Bool().Draw(t, "good members") {
		err := json.Unmarshal([]byte(r.body), &members)
		if err != nil {
			t.Fatal(err)
		}
	}
	for range rapid.IntRange(0, 6).Draw(t, "members") {
		members[rapid.SampledFrom(memberNames).Draw(t, "member")] = drawValue(t, 3)
	}
	data, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var memberNames = strings.Fields(`slug kind label description image_url shown active url entity_id partition region relay_state relay_states
	roles role_arn provider_arn groups attributes name value session_duration end_with_session key source custody version created_at email admin_role
	expires_at user scope lifetime private_key certificate account_id name_id x`)

func drawValue(t *rapid.T, depth int) any {
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.Int64().Draw(t, "number")
	case 3:
		if depth > 0 {
			return []any{drawValue(t, depth-1)}
		}
	case 4, 5:
		if depth > 0 {
			return []any{map[string]any{rapid.SampledFrom(memberNames).Draw(t, "inner"): drawValue(t, depth-1)}}
		}
	case 6:
		if depth > 0 {
			return map[string]any{drawText(t): drawValue(t, depth-1)}
		}
	}
	return drawText(t)
}
