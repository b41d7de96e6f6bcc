package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/gatepost/gatepost/internal/idp"
)

// TestAConnectorOf500PairsIsSmall has an account for each pair, roles with names of
// their own, and a few of many groups at each.
func TestAConnectorOf500PairsIsSmall(t *testing.T) {
	c := &idp.Connector{ID: "c1", Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Partition: "aws", EntityID: "https://sso.example.com/metadata/aws-a"}
	for i := range 80 {
		c.Groups = append(c.Groups, fmt.Sprintf("g_%024d", i))
	}
	for i := range 500 {
		account := fmt.Sprintf("arn:aws:iam::%012d:", 111122223333+i)
		c.Roles = append(c.Roles, idp.Role{
			RoleARN: account + fmt.Sprintf("role/Gatepost-Production-%03d-Admin", i), ProviderARN: account + "saml-provider/Gatepost",
			Groups: []string{c.Groups[i%80], c.Groups[(i+7)%80], c.Groups[(i+21)%80]},
		})
	}
	item, err := connectorItem(c)
	if err != nil {
		t.Fatal(err)
	}
	if size := len(item.Data); size > 40<<10 {
		t.Errorf("the connector has %d bytes, at most %d", size, 40<<10)
	}
	again, err := connectorFrom(&item)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(again.Roles, c.Roles, sameRole) {
		t.Errorf("other roles came back")
	}
}

func sameRole(a, b idp.Role) bool {
	return a.RoleARN == b.RoleARN && a.ProviderARN == b.ProviderARN && slices.Equal(a.Groups, b.Groups)
}

// TestAConnectorOfAnOlderStoreIsRead reads the form in which each role was written
// out.
func TestAConnectorOfAnOlderStoreIsRead(t *testing.T) {
	c, err := connectorFrom(&Item{Data: []byte(`{"f":1,"d":{"id":"c1","slug":"aws-a","kind":"aws","label":"AWS A","shown":true,"active":true,"partition":"aws",` +
		`"roles":[{"role":"ra","provider":"pa","groups":["g1"]}],"groups":["g1"],"created_at":"2026-11-24T12:00:00Z","updated_at":"2026-11-24T12:00:00Z"}}`)})
	if err != nil {
		t.Fatal(err)
	}
	want := idp.Role{RoleARN: "ra", ProviderARN: "pa", Groups: []string{"g1"}}
	if len(c.Roles) != 1 || !sameRole(c.Roles[0], want) {
		t.Errorf("the roles are %+v, want %+v", c.Roles, want)
	}
}

func TestPairsComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arn := rapid.OneOf(
			rapid.StringMatching(`arn:(aws|aws-cn):iam::(111122223333|444455556666|1):(role|saml-provider)/[ab]`), rapid.String(), rapid.Just("arn:aws:iam::111122223333:"),
		)
		role := rapid.Custom(func(t *rapid.T) idp.Role {
			return idp.Role{
				RoleARN: arn.Draw(t, "role"), ProviderARN: arn.Draw(t, "provider"),
				Groups: rapid.SliceOfN(rapid.StringMatching(`[ab]`), 0, 3).Draw(t, "groups"),
			}
		})
		roles := rapid.SliceOfN(role, 0, 5).Draw(t, "roles")
		partition := rapid.SampledFrom([]string{"aws", "aws-cn", ""}).Draw(t, "partition")
		again, err := pairsOf(partition, roles).roles(partition)
		if err != nil || !slices.EqualFunc(again, roles, sameRole) {
			t.Fatalf("%+v came back as %+v, %v", roles, again, err)
		}
	})
}

func TestPairsThatLeadNowhereAreNoRoles(t *testing.T) {
	for _, pair := range [][]int{{}, {0}, {0, 0}, {1, 0, 0}, {-2, 0, 0}, {0, 1, 0}, {0, 0, -1}, {0, 0, 0, 9}} {
		r := &pairsRecord{Accounts: []string{"111122223333"}, Texts: []string{"role/a"}, Pairs: [][]int{pair}}
		_, err := r.roles("aws")
		if !errors.Is(err, ErrFormat) {
			t.Errorf("%v: error is %v, want %v", pair, err, ErrFormat)
		}
	}
}
