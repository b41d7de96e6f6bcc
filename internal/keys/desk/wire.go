package desk

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
)

const (
	// maxRequest bounds a request, in bytes: two files of keys.MaxUpload, each
	// byte written in JSON's longest way.
	maxRequest = 2*6*keys.MaxUpload + 64<<10

	// maxAnswer bounds an answer: a page of checked keys has a tenth of it.
	maxAnswer = 1 << 20
)

// The operations.
const (
	opCreate = "create"
	opUpload = "upload"
	opDelete = "delete"
	opCheck  = "check"
	opSetup  = "setup"
)

type request struct {
	Op          string `json:"op"`
	Slug        string `json:"slug,omitzero"`
	Custody     string `json:"custody,omitzero"` // of a key that is made; empty for the default
	PrivateKey  string `json:"private_key,omitzero"`
	Certificate string `json:"certificate,omitzero"`
	Cursor      string `json:"cursor,omitzero"`
	Event       *event `json:"event,omitzero"`
}

// event says on whose behalf an operation is done.
type event struct {
	ID        string `json:"id,omitzero"`
	Actor     string `json:"actor,omitzero"`
	ActorID   string `json:"actor_id,omitzero"`
	SourceIP  string `json:"source_ip,omitzero"`
	UserAgent string `json:"user_agent,omitzero"`
	RequestID string `json:"request_id,omitzero"`
}

type answer struct {
	Key       *key      `json:"key,omitzero"`
	Keys      []checked `json:"keys,omitzero"`
	Cursor    string    `json:"cursor,omitzero"`
	Link      string    `json:"link,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	Error     *failure  `json:"error,omitzero"`
}

type key struct {
	Slug      string       `json:"slug"`
	Custody   string       `json:"custody"`
	Source    string       `json:"source"`
	State     string       `json:"state"`
	Current   certificate  `json:"current"`
	Next      *certificate `json:"next,omitzero"`
	CreatedAt time.Time    `json:"created_at"`
	UpdatedAt time.Time    `json:"updated_at"`
	Version   uint64       `json:"version"`
}

type certificate struct {
	Ref         string    `json:"ref"`
	DER         []byte    `json:"der"`
	Fingerprint string    `json:"fingerprint"`
	NotBefore   time.Time `json:"not_before"`
	NotAfter    time.Time `json:"not_after"`
}

func wireKey(k *idp.Key) *key {
	if k == nil {
		return nil
	}
	return &key{
		k.Slug, string(k.Custody), string(k.Source), string(k.State),
		certificate(k.Current), (*certificate)(k.Next), k.CreatedAt, k.UpdatedAt, k.Version,
	}
}

func (k *key) domain() *idp.Key {
	if k == nil {
		return nil
	}
	return &idp.Key{
		Slug: k.Slug, Custody: idp.Custody(k.Custody), Source: idp.Source(k.Source), State: idp.KeyState(k.State),
		Current: idp.Certificate(k.Current), Next: (*idp.Certificate)(k.Next),
		CreatedAt: k.CreatedAt, UpdatedAt: k.UpdatedAt, Version: k.Version,
	}
}

// readRequest reads a request strictly. It returns [idp.Problems], which quote
// nothing of it but the names of fields.
func readRequest(raw []byte) (request, error) {
	if len(raw) > maxRequest {
		return request{}, refuse("request", "is too long")
	}
	var r request
	err := json.Unmarshal(raw, &r, json.RejectUnknownMembers(true))
	if err != nil {
		return request{}, misread(err)
	}
	return r, r.check()
}

// misread tells what is wrong with a request in words of ours: the decoder's own
// quote what was sent.
func misread(err error) error {
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case errors.As(err, &syntax) && errors.Is(err, jsontext.ErrDuplicateName):
		return refuse(field(syntax.JSONPointer), "is given twice")
	case errors.As(err, &meaning) && errors.Is(err, json.ErrUnknownName):
		return refuse(field(meaning.JSONPointer), "is not a field of a request")
	case errors.As(err, &meaning):
		return refuse(field(meaning.JSONPointer), "is of the wrong kind")
	}
	return refuse("request", "is not one JSON object in UTF-8")
}

// plain are names of fields that can be quoted: what stands where a name should
// may be a private key.
var plain = regexp.MustCompile(`^[A-Za-z_]{1,32}(\.[A-Za-z_]{1,32})*$`)

func field(p jsontext.Pointer) string {
	name := strings.Join(slices.Collect(p.Tokens()), ".")
	if !plain.MatchString(name) {
		return "request"
	}
	return name
}

func refuse(field, reason string) error {
	return idp.Problems{{Field: field, Reason: reason}}
}

// eventID is what may be the name of an event, which is part of a key of the store.
var eventID = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)

// check sees that the operation is known, and has the fields that it needs and no
// other.
func (r *request) check() error {
	var needed, allowed []string
	switch r.Op {
	case opCreate, opDelete:
		needed = []string{"slug"}
	case opUpload:
		needed, allowed = []string{"slug"}, []string{"private_key", "certificate"}
	case opCheck:
		allowed = []string{"slug", "cursor"}
	case opSetup:
	case "":
		return refuse("op", "is missing")
	default:
		return refuse("op", "is not an operation")
	}
	given := map[string]string{"slug": r.Slug, "private_key": r.PrivateKey, "certificate": r.Certificate, "cursor": r.Cursor}
	var problems idp.Problems
	for _, name := range []string{"slug", "private_key", "certificate", "cursor"} {
		switch {
		case given[name] == "" && slices.Contains(needed, name):
			problems = append(problems, idp.Problem{Field: name, Reason: "is missing"})
		case given[name] != "" && !slices.Contains(needed, name) && !slices.Contains(allowed, name):
			problems = append(problems, idp.Problem{Field: name, Reason: "does not go with this operation"})
		}
	}
	if r.Slug != "" && !idp.ValidSlug(r.Slug) {
		problems = append(problems, idp.Problem{Field: "slug", Reason: "is not a connector's slug"})
	}
	if r.Event != nil && r.Event.ID != "" && !eventID.MatchString(r.Event.ID) {
		problems = append(problems, idp.Problem{Field: "event.id", Reason: "is not the ID of an event"})
	}
	return problems.Err()
}
