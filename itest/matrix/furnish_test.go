package matrix

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/resource"
)

// onePixel is the smallest PNG.
const onePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"

// newWorld makes the world. Nothing that is done to it from then on is seen by
// others.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{folder: t.TempDir()}
	t.Run("the world is made", func(t *testing.T) { // and closed again
		s := open(t, w.folder)
		s.furnish()
		w.callers = s.enter()
		w.other = s.byToken(olive, "", admin.ScopeRead).own
		w.upload = s.keyPair()
		file, err := s.service.As(operator).Export(t.Context(), true)
		s.must(err)
		text, err := json.Marshal(file)
		s.must(err)
		w.export = strings.Replace(string(text), `"Alice"`, `"Alice Again"`, 1)
		if w.export == string(text) {
			t.Fatalf("alice is not in %s", text)
		}
	})
	return w
}

// furnish makes the people, the groups open and closed, of which the first opens a
// connector, and three connectors: aws-a is active, aws-b has no key, and aws-c has
// one and is inactive.
func (s *site) furnish() {
	s.Helper()
	as, ctx := s.service.As(operator), s.Context()
	for _, name := range []string{"open", "closed"} {
		_, err := as.CreateGroup(ctx, resource.Group{Name: name})
		s.must(err)
	}
	s.person(resource.User{Email: alice, Name: "Alice"})
	s.person(resource.User{Email: bob, Groups: []resource.Membership{{Name: "open"}, {Name: "closed"}}})
	s.person(resource.User{Email: mallory, Name: "Mallory"})
	s.must(as.LockUser(ctx, mallory))
	s.person(resource.User{Email: olive, AdminRole: "viewer", Groups: []resource.Membership{{Name: "closed"}}})
	for _, role := range administrators {
		s.person(resource.User{Email: string(role) + "@example.com", AdminRole: string(role)})
	}
	for _, slug := range []string{"aws-a", "aws-b", "aws-c"} {
		c := resource.Connector{Slug: slug, Label: slug, Groups: []string{"open"}, Roles: []resource.Role{{RoleARN: roleARN, ProviderARN: providerARN}}}
		if slug == "aws-b" {
			c.Key = &resource.Key{Source: "uploaded"}
		}
		_, err := as.CreateConnector(ctx, c)
		s.must(err)
		s.must(as.PutImage(ctx, slug, []byte(onePixel)))
	}
	s.must(as.ActivateConnector(ctx, "aws-a"))
}

const (
	roleARN     = "arn:aws:iam::" + account + ":role/SAML-User"
	providerARN = "arn:aws:iam::" + account + ":saml-provider/Gatepost"
)

func (s *site) person(u resource.User) {
	s.Helper()
	_, err := s.service.As(operator).CreateUser(s.Context(), u)
	s.must(err)
}

// keyPair is a private key with its certificate, as the config API takes them.
func (s *site) keyPair() string {
	s.Helper()
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	s.must(err)
	issued, err := keys.Issue(signer, "aws-b", time.Now())
	s.must(err)
	der, err := x509.MarshalPKCS8PrivateKey(signer)
	s.must(err)
	var body bytes.Buffer
	s.must(json.NewEncoder(&body).Encode(map[string]string{
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"certificate": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issued.Raw})),
	}))
	return body.String()
}
