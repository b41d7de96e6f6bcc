package desk

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/store"
)

func sent(t *testing.T, err error) error {
	t.Helper()
	text, marshalErr := json.Marshal(wireFailure(err))
	if marshalErr != nil {
		t.Fatal(marshalErr)
	}
	var f *failure
	marshalErr = json.Unmarshal(text, &f)
	if marshalErr != nil {
		t.Fatal(marshalErr)
	}
	return f.domain()
}

func TestEachKindOfErrorIsItselfAgainAndNoOther(t *testing.T) {
	for _, k := range kinds() {
		err := sent(t, fmt.Errorf("key of %q: %w", "aws-a", k.err))
		for _, other := range kinds() {
			if errors.Is(err, other.err) != (other == k) {
				t.Errorf("%s became %s", k.name, other.name)
			}
		}
		if err.Error() != `key of "aws-a": `+k.err.Error() {
			t.Errorf("%s says %q", k.name, err)
		}
	}
}

func TestAnErrorOfSeveralKindsIsAllOfThem(t *testing.T) {
	problems := idp.Problems{{Field: "private_key", Reason: "is in use", Remedy: "make another"}, {Field: "certificate", Value: "x", Reason: "y"}}
	err := sent(t, errors.Join(problems, fmt.Errorf("remove: %w: %w", keys.ErrUnavailable, store.ErrStale)))
	var got idp.Problems
	if !errors.As(err, &got) || !reflect.DeepEqual(got, problems) || !errors.Is(err, keys.ErrUnavailable) || !errors.Is(err, store.ErrStale) {
		t.Errorf("got %#v", err)
	}
}

func TestAnErrorOfNoKindIsItsMessage(t *testing.T) {
	err := sent(t, errors.New(strings.Repeat("é", 5000)+"\xff"))
	if err == nil || len(err.Error()) > maxMessage+3 || errors.Unwrap(err) != nil {
		t.Errorf("got %d bytes", len(err.Error()))
	}
	if sent(t, nil) != nil {
		t.Error("no error became one")
	}
}

func FuzzReadRequestNeverPanicsNorQuotes(f *testing.F) {
	for _, seed := range []string{
		`{"op":"create","slug":"aws-a"}`, `{"op":"upload","slug":"aws-a","private_key":"-----BEGIN","certificate":"x"}`,
		`{"op":"check","cursor":"x"}`, `{"op":"setup","event":{"id":"ev_a","actor":"x"}}`, `{"op":1}`, `{"a":1,"a":2}`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := readRequest(raw)
		if err == nil {
			if r.Slug != "" && !idp.ValidSlug(r.Slug) {
				t.Errorf("slug %q", r.Slug)
			}
			return
		}
		var problems idp.Problems
		if !errors.As(err, &problems) {
			t.Fatalf("got %v", err)
		}
		for _, p := range problems {
			if p.Value != "" || p.Field != "request" && !plain.MatchString(p.Field) {
				t.Errorf("quoted: %v", p)
			}
		}
	})
}
