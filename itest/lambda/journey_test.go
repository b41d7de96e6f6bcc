package lambda

import (
	"net/http"
	"slices"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/tool"
)

// TestThreePeopleInABrowserThroughLambda is the walk-through over AWS's own
// DynamoDB emulator, once with each custody.
func TestThreePeopleInABrowserThroughLambda(t *testing.T) {
	tool.Require(t, "chromium")
	bootstrap(t, functions[0]) // so that nothing is started in vain
	t.Run("with keys in KMS", func(t *testing.T) {
		c := cloud{dynamodb: emulator.DynamoDBLocal(t), kms: emulator.LocalKMS(t)}
		journey(newStage(t, c, idp.CustodyKMS), emulator.Moto(t, account))
	})
	t.Run("with keys in Secrets Manager", func(t *testing.T) {
		moto := emulator.Moto(t, account)
		c := cloud{dynamodb: emulator.DynamoDBLocal(t), secrets: moto}
		journey(newStage(t, c, idp.CustodySecrets), moto)
	})
}

// journey is the way of alice, bob and carol. IAM and STS are at an address.
func journey(s *stage, emulated string) {
	s.Helper()
	metadata := map[string]string{}
	for _, c := range connectors {
		metadata[c.slug] = s.metadata(s, c.slug)
		s.setUpAccount(emulated, metadata[c.slug], c.provider, c.role)
	}
	stand := newAWS(s)
	b := s.browse(stand.Server)

	b.signIn(alice)
	if tiles := b.tiles(); !slices.Equal(tiles, []string{"AWS A", "AWS B"}) {
		s.Fatalf("alice sees the tiles %q", tiles)
	}
	for _, c := range connectors {
		b.open("/")
		b.click(c.slug)
		b.shows("Console")
		s.acceptsOne(emulated, stand, metadata[c.slug], c.provider, c.role, alice)
	}
	b.signOut()

	b.signIn(bob)
	if tiles := b.tiles(); !slices.Equal(tiles, []string{"AWS A"}) {
		s.Fatalf("bob sees the tiles %q", tiles)
	}
	b.refused("/sso/aws-b")
	b.open("/")
	b.click("aws-a")
	b.shows("Console")
	s.acceptsOne(emulated, stand, metadata["aws-a"], connectors[0].provider, connectors[0].role, bob)
	b.signOut()

	b.signIn(carol)
	if tiles := b.tiles(); len(tiles) != 0 {
		s.Fatalf("carol sees the tiles %q", tiles)
	}
	b.shows("help@example.com")
	b.refused("/sso/aws-a")
	b.refused("/sso/aws-b")
	if posted := stand.take(); len(posted) != 0 {
		s.Errorf("%d responses were posted for carol", len(posted))
	}
}

func (s *stage) acceptsOne(emulated string, stand *awsSignIn, metadata, provider, role, email string) {
	s.Helper()
	posted := stand.take()
	if len(posted) != 1 {
		s.Fatalf("%d responses were posted", len(posted))
	}
	s.accepts(emulated, posted[0], metadata, provider, role, email)
	s.announced(posted[0], email)
}

// announced looks for the event of a response.
func (s *stage) announced(encoded, email string) {
	s.Helper()
	document, err := saml.Decode(encoded)
	s.must(err)
	response, err := saml.Read(document)
	s.must(err)
	list, _, err := s.store.Events(s.Context(), store.EventFilter{Limit: store.MaxPage})
	s.must(err)
	for _, e := range list {
		if e.AssertionID == response.Assertions[0].ID && e.Actor == email && e.Outcome == idp.OutcomeIssuing && e.SourceIP == "127.0.0.1" {
			return
		}
	}
	s.Errorf("assertion %s of %s left without its event", response.Assertions[0].ID, email)
}

func (b *browser) refused(path string) {
	b.Helper()
	if status := b.open(path); status != http.StatusForbidden {
		b.Errorf("%s answers %d", path, status)
	}
	if len(b.texts("[name=SAMLResponse]")) > 0 {
		b.Errorf("the page of the refusal at %s carries a response", path)
	}
}
