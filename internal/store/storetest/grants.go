package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

func testGrants(t *testing.T, open Open) {
	t.Run("a grant and its revocation show on both sides and raise the version", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(2)
		r.connector("aws-a", ids[0])
		r.connector("aws-b")
		r.must(r.Grant(t.Context(), "aws-a", ids[1], did(idp.ActionGrant), nil))
		r.must(r.Grant(t.Context(), "aws-b", ids[1], did(idp.ActionGrant), nil))
		r.mustAgreeOnGrants([]string{"aws-a", "aws-b"}, ids)
		granted, err := r.GroupConnectors(t.Context(), ids[1])
		r.must(err)
		mustList(t, "the connectors", granted, []string{"aws-a", "aws-b"})
		r.must(r.Revoke(t.Context(), "aws-a", ids[0], did(idp.ActionRevoke)))
		r.mustAgreeOnGrants([]string{"aws-a", "aws-b"}, ids)
		c, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the version", c.Version, 3)
	})
	t.Run("a grant that is there and one that is not change nothing and leave no event", func(t *testing.T) {
		r := newRepo(t, open)
		id := r.group("g").ID
		c := r.connector("aws-a", id)
		r.must(r.Grant(t.Context(), "aws-a", id, did(idp.ActionGrant), nil))
		r.must(r.Revoke(t.Context(), "aws-a", "another", did(idp.ActionRevoke)))
		got, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the version", got.Version, c.Version)
		mustEqual(t, "the number of events", len(r.actions()), 2)
	})
	t.Run("what does not exist cannot be granted or revoked", func(t *testing.T) {
		r := newRepo(t, open)
		id := r.group("g").ID
		r.connector("aws-a")
		for _, bad := range []string{"nope", "", "a#b", "\xff"} {
			mustBe(t, r.Grant(t.Context(), bad, id, did(idp.ActionGrant), nil), store.ErrNotFound)
			mustBe(t, r.Revoke(t.Context(), bad, id, did(idp.ActionRevoke)), store.ErrNotFound)
			mustBe(t, r.Grant(t.Context(), "aws-a", bad, did(idp.ActionGrant), nil), store.ErrNotFound)
		}
		mustBe(t, r.CreateConnector(t.Context(), draft("aws-b", "nope"), did(idp.ActionConnectorCreate)), store.ErrNotFound)
	})
	testGrantSets(t, open)
}

func testGrantSets(t *testing.T, open Open) {
	t.Run("an update replaces the set of grants on both sides", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(5)
		c := r.connector("aws-a", ids[0], ids[1], ids[2])
		c.Groups = []string{ids[4], ids[1]}
		r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)))
		r.mustAgreeOnGrants([]string{"aws-a"}, ids)
		c.Groups = []string{ids[1], ids[1]}
		mustBe(t, r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)), store.ErrExists)
	})
	t.Run("as many grants as the limit are made at once, and no more change at once", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(store.MaxChanges + 1)
		c := r.connector("aws-a", ids[:store.MaxChanges]...)
		r.mustAgreeOnGrants([]string{"aws-a"}, ids)
		var problems idp.Problems
		if err := r.Grant(t.Context(), "aws-a", ids[store.MaxChanges], did(idp.ActionGrant), nil); !errors.As(err, &problems) {
			t.Fatalf("error is %v, want problems", err)
		}
		c.Groups = []string{ids[store.MaxChanges]}
		mustBe(t, r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)), store.ErrTooLarge)
		r.mustAgreeOnGrants([]string{"aws-a"}, ids)
	})
	t.Run("grants and revocations of one connector at the same time all happen", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(20)
		r.connector("aws-a", ids[:10]...)
		errs := together(20, func(i int) error {
			if i < 10 {
				return r.Revoke(t.Context(), "aws-a", ids[i], did(idp.ActionRevoke))
			}
			return r.Grant(t.Context(), "aws-a", ids[i], did(idp.ActionGrant), nil)
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 20)
		r.mustAgreeOnGrants([]string{"aws-a"}, ids)
		c, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the number of grants", len(c.Groups), 10)
		mustEqual(t, "the version", c.Version, 21)
	})
	testRoleClosing(t, open)
}

func testRoleClosing(t *testing.T, open Open) {
	t.Run("revoking closes the roles that were open to the group, and opens none", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(2)
		c := draft("aws-a", ids...)
		c.Roles = []idp.Role{
			{RoleARN: roleARN + "All", ProviderARN: providerARN},
			{RoleARN: roleARN + "Both", ProviderARN: providerARN, Groups: ids},
			{RoleARN: roleARN + "First", ProviderARN: providerARN, Groups: ids[:1]},
		}
		r.must(r.CreateConnector(t.Context(), c, did(idp.ActionConnectorCreate)))
		r.must(r.Revoke(t.Context(), "aws-a", ids[0], did(idp.ActionRevoke)))
		got, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the roles", fmt.Sprint(got.Roles), fmt.Sprintf("[{%sAll %s []} {%sBoth %s [%s]}]", roleARN, providerARN, roleARN, providerARN, ids[1]))
		events, _, err := r.Events(t.Context(), store.EventFilter{Limit: 100})
		r.must(err)
		for _, ev := range events {
			if ev.Action == idp.ActionRevoke {
				mustEqual(t, "what the event tells", fmt.Sprint(ev.After), fmt.Sprintf("map[roles_removed:[%sFirst]]", roleARN))
			}
		}
		r.must(got.Validate())
	})
}
