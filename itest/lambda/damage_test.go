package lambda

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// TestASecretThatIsNotTheKey has an administrator change a secret by hand, before
// the function has read it and after.
func TestASecretThatIsNotTheKey(t *testing.T) {
	t.Parallel()
	c := kumo(t)
	s := newStage(t, c, idp.CustodySecrets)
	client := secretsmanager.NewFromConfig(awsConfig(c.secrets))
	p := s.signIn(alice)
	own, other := s.secret(client, "aws-a"), s.secret(client, "aws-b")
	for name, value := range map[string]string{"garbage": "{}", "the key of another connector": other, "no text at all": ""} {
		s.setSecret(client, "aws-a", value)
		if page := p.Get(t, "/sso/aws-a"); page.Status != http.StatusServiceUnavailable {
			t.Errorf("with %s in the secret a launch answers %d", name, page.Status)
		}
	}
	s.setSecret(client, "aws-a", own)
	p.Launch(t, "aws-a")
	s.setSecret(client, "aws-a", other)
	p.Launch(t, "aws-a") // the key in memory is still the certificate's
}

func (s *stage) ref(slug string) *string {
	s.Helper()
	key, err := s.store.Key(s.Context(), slug)
	s.must(err)
	return &key.Current.Ref
}

func (s *stage) secret(client *secretsmanager.Client, slug string) string {
	s.Helper()
	out, err := client.GetSecretValue(s.Context(), &secretsmanager.GetSecretValueInput{SecretId: s.ref(slug)})
	s.must(err)
	return aws.ToString(out.SecretString)
}

// setSecret changes a secret. An empty value stands for bytes that are no text.
func (s *stage) setSecret(client *secretsmanager.Client, slug, value string) {
	s.Helper()
	in := &secretsmanager.PutSecretValueInput{SecretId: s.ref(slug), SecretString: &value}
	if value == "" {
		in.SecretString, in.SecretBinary = nil, []byte{0, 0xff}
	}
	_, err := client.PutSecretValue(s.Context(), in)
	s.must(err)
}

// TestAKMSKeyThatIsNotTheCertificates has KMS sign with the other connector's key.
func TestAKMSKeyThatIsNotTheCertificates(t *testing.T) {
	t.Parallel()
	c := kumo(t)
	exchanged := &exchange{}
	c.kms = exchanged.before(t, c.kms)
	s := newStage(t, c, idp.CustodyKMS)
	p := s.signIn(alice)
	p.Launch(t, "aws-a")
	refs := [2]string{*s.ref("aws-a"), *s.ref("aws-b")}
	exchanged.refs.Store(&refs)
	begun := s.events(t)
	page := p.Get(t, "/sso/aws-a")
	if page.Status != http.StatusServiceUnavailable || strings.Contains(page.Body, "SAMLResponse") {
		t.Errorf("answered %d\n%s", page.Status, page.Body)
	}
	s.failureIsRecorded(t, begun)
	exchanged.refs.Store(nil)
	p.Launch(t, "aws-a")
}

// exchange puts one key in the place of another.
type exchange struct{ refs atomic.Pointer[[2]string] }

// before is the address of a KMS whose calls it changes.
func (e *exchange) before(t *testing.T, kms string) string {
	t.Helper()
	to, err := url.Parse(kms)
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(to)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client is gone
		}
		if refs := e.refs.Load(); refs != nil {
			body = bytes.ReplaceAll(body, []byte(refs[0]), []byte(refs[1]))
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestAnItemThatALaterVersionWrote has a newer function write what this one cannot
// read, and must not half understand.
func TestAnItemThatALaterVersionWrote(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	person, err := s.store.UserByEmail(t.Context(), alice)
	s.must(err)
	for _, c := range []struct {
		table           store.Table
		partition, path string
	}{
		{store.Config, "CONNECTOR#aws-a", "/sso/aws-a"},
		{store.Config, "CONNECTOR#aws-a", "/metadata/aws-a"},
		{store.Config, "KEY#aws-a", "/sso/aws-a"},
		{store.Config, "KEY#aws-a", "/metadata/aws-a"},
		{store.Directory, "USER#" + person.ID, "/sso/aws-a"},
		{store.Directory, "USER#" + person.ID, "/"},
	} {
		kind, _, _ := strings.Cut(c.partition, "#")
		found, err := s.items.Query(t.Context(), store.Query{Table: c.table, Partition: c.partition, Limit: 1})
		s.must(err)
		later := found.Items[0]
		later.Data = bytes.Replace(later.Data, []byte(`{"f":1,`), []byte(`{"f":2,`), 1)
		s.must(s.items.Write(t.Context(), store.Put(later, store.Always())))
		if page := p.Get(t, c.path); page.Status != http.StatusServiceUnavailable {
			t.Errorf("with a later %s %s answers %d", kind, c.path, page.Status)
		}
		s.must(s.items.Write(t.Context(), store.Put(found.Items[0], store.Always())))
		if page := p.Get(t, c.path); page.Status != http.StatusOK {
			t.Errorf("with its own %s again %s answers %d", kind, c.path, page.Status)
		}
	}
}
