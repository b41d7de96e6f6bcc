package lambda

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/fault"
	"github.com/gatepost/gatepost/itest/server"
)

// TestAConnectorIsMadeWhoseKeyCannotBeMadeJustNow asks for a connector while the
// function keys, or what it needs, is in trouble: it is there without a key, the
// answer says so, and its key is made later.
func TestAConnectorIsMadeWhoseKeyCannotBeMadeJustNow(t *testing.T) {
	t.Parallel()
	s := newEmptyStage(t, kumo(t), idp.CustodyKMS)
	owner := s.with(s.iamToken("owner"))
	for _, c := range []struct {
		slug  string
		where *fault.Proxy
		fault fault.Fault // nil for one that is down
	}{
		{"keys-down", s.office, nil},
		{"keys-fails", s.office, fault.Answer(http.StatusInternalServerError, "ServiceException")},
		{"keys-throttled", s.office, fault.Answer(http.StatusTooManyRequests, "TooManyRequestsException")},
		{"keys-denied", s.office, fault.Answer(http.StatusForbidden, "AccessDeniedException")},
		{"keys-cut-off", s.office, fault.Refuse()},
		{"kms-down", s.keys, nil},
		{"kms-fails", s.keys, fault.Fail()},
	} {
		t.Run(c.slug, func(t *testing.T) {
			owner := s.in(t).as(owner)
			heal := owner.befall(c.where, c.fault)
			made := owner.want(201, "POST connectors", `{"label":"A","slug":"`+c.slug+`","account_id":"`+account+`"}`)
			owner.warnsOfKey(made)
			owner.unavailable(owner.try("POST connectors/"+c.slug+"/key", ""))
			heal()
			owner.want(404, "GET connectors/"+c.slug+"/metadata", "")
			owner.want(422, "POST connectors/"+c.slug+"/activate", "")
			key := owner.want(201, "POST connectors/"+c.slug+"/key", "")
			if key["state"] != "ready" {
				t.Errorf("made later: %v", key)
			}
			owner.want(409, "POST connectors/"+c.slug+"/key", "")
			owner.want(200, "GET connectors/"+c.slug+"/metadata", "")
			owner.want(200, "POST connectors/"+c.slug+"/activate", "")
		})
	}
}

// TestAKeyWhoseAnswerWasLostIsThere has the function keys make a key, and admin not
// hear of it.
func TestAKeyWhoseAnswerWasLostIsThere(t *testing.T) {
	t.Parallel()
	s := newEmptyStage(t, kumo(t), idp.CustodyKMS)
	owner := s.with(s.iamToken("owner"))
	s.office.Next(fault.Any, fault.Lose())
	owner.want(201, "POST connectors", `{"label":"AWS A","account_id":"`+account+`"}`)
	if calls := s.office.Calls(); len(calls) != 1 {
		t.Errorf("keys was asked %d times for one key", len(calls))
	}
	if key := owner.want(200, "GET connectors/aws-a/key", ""); key["state"] != "ready" {
		t.Errorf("the key is %v", key)
	}
	owner.want(409, "POST connectors/aws-a/key", "")
	owner.want(200, "POST connectors/aws-a/activate", "")
}

// TestASlowKeyFunctionEndsNoRequest has keys answer nothing for as long as admin may
// take: the answer still comes from admin and not from Lambda.
func TestASlowKeyFunctionEndsNoRequest(t *testing.T) {
	t.Parallel()
	c := kumo(t)
	c.hurry = true
	s := newEmptyStage(t, c, idp.CustodyKMS)
	owner := s.with(s.iamToken("owner"))
	s.office.Next(fault.Any, fault.Hang())
	made := owner.want(201, "POST connectors", `{"label":"AWS A","account_id":"`+account+`"}`)
	owner.warnsOfKey(made)
	if key := owner.want(201, "POST connectors/aws-a/key", ""); key["state"] != "ready" {
		t.Errorf("made later: %v", key)
	}
}

func TestTheConfigAPIOnABadDayOfDynamoDB(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	owner := s.with(s.iamToken("owner"))
	requests := []string{"GET connectors/aws-a", "POST connectors/aws-a/deactivate", "GET users?q=a", "POST lockdown", "PUT connectors/aws-a/grants/SSO-AWS-B"}
	for i, f := range badDays {
		t.Run("that "+f.name, func(t *testing.T) {
			owner := s.in(t).as(owner)
			heal := owner.befall(s.tables, f.fault)
			owner.unavailable(owner.try(requests[i%len(requests)], ""))
			heal()
			owner.want(200, "GET connectors/aws-a", "")
		})
	}
	t.Run("the console says so too", func(t *testing.T) {
		p := s.firstOwner()
		s.suffers(t, s.tables, trouble{"is down", "", nil}, p, "/admin/connectors")
	})
}

func TestAFrozenAdminGoesOn(t *testing.T) {
	t.Parallel()
	s := newEmptyStage(t, kumo(t), idp.CustodyKMS)
	owner := s.with(s.iamToken("owner"))
	owner.want(201, "POST connectors", `{"label":"AWS A","account_id":"`+account+`"}`)
	s.freeze(func() {
		for _, proxy := range []*fault.Proxy{s.tables, s.keys, s.office} {
			proxy.Down(t) // ends the idle connections
			proxy.Up(t)
		}
	})
	made := owner.want(201, "POST connectors", `{"label":"AWS B","account_id":"`+account+`"}`)
	if key := object(made, "key"); key["state"] != "ready" {
		t.Errorf("made %v", made)
	}
}

// as is a script with the same token in a test within the test.
func (s *stage) as(other curl) curl { return curl{s, other.browser, other.bearer} }

// befall puts a service into trouble, nil for one that is down, and returns what
// ends that.
func (c curl) befall(proxy *fault.Proxy, f fault.Fault) func() {
	if f == nil {
		proxy.Down(c)
		return func() { proxy.Up(c) }
	}
	proxy.Always(fault.Any, f)
	return proxy.Heal
}

// warnsOfKey demands a connector without a key, and a warning that says so.
func (c curl) warnsOfKey(made map[string]any) {
	c.Helper()
	var fields []string
	list, _ := made["warnings"].([]any)
	for _, one := range list {
		warning, _ := one.(map[string]any)
		field, _ := warning["field"].(string)
		fields = append(fields, field)
	}
	if object(made, "key")["state"] != "none" || !slices.Contains(fields, "key") {
		c.Errorf("made %v", made)
	}
}

// unavailable demands the problem of an outage: it has the request's ID, says when
// to try again, and nothing of what is behind it.
func (c curl) unavailable(page server.Page) {
	c.Helper()
	var told struct {
		Type, Title, Detail string
		Status              int
		RequestID           string `json:"request_id"`
	}
	err := json.Unmarshal([]byte(page.Body), &told)
	if err != nil || page.Status != http.StatusServiceUnavailable || page.Header.Get("Content-Type") != "application/problem+json" {
		c.Fatalf("answered %d, %v, %v\n%s", page.Status, page.Header, err, page.Body)
	}
	if told.Status != page.Status || told.Detail == "" || told.RequestID == "" || told.RequestID != page.Header.Get("X-Request-Id") || page.Header.Get("Retry-After") == "" {
		c.Errorf("told %+v, headers %v", told, page.Header)
	}
	for _, detail := range []string{"127.0.0.1", "DynamoDB", "KMS", "arn:", "Exception", "InternalServerError", "deadline", "function"} {
		if strings.Contains(page.Body, detail) {
			c.Errorf("the problem tells %q: %s", detail, page.Body)
		}
	}
}
