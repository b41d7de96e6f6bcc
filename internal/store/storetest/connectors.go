package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// fullConnector has a value in every field.
func fullConnector(group string) *idp.Connector {
	return &idp.Connector{
		Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Description: "Prod \u00fc", Image: "aws.png", Shown: true, Active: true, Used: true,
		EntityID: "https://sso.example.com/metadata/aws-a", Partition: "aws", Region: "eu-central-1",
		RelayState: "https://console.aws.amazon.com/", RelayStates: []string{"https://console.aws.amazon.com/s3"},
		Roles: []idp.Role{
			{RoleARN: roleARN + "B", ProviderARN: providerARN, Groups: []string{group}},
			{RoleARN: roleARN + "A", ProviderARN: providerARN},
		},
		Attributes:      []idp.AttributeRule{{Name: "RoleSessionName", Value: "${user.email}"}, {Name: "PrincipalTag:a", Value: "<&>"}},
		SessionDuration: 90 * time.Minute, EndWithSession: true, SignResponse: true, AWSChooser: true, ConfirmCross: true,
		Groups: []string{group},
	}
}

func testConnectors(t *testing.T, open Open) {
	t.Run("a connector comes back with every field", func(t *testing.T) {
		r := newRepo(t, open)
		c := fullConnector(r.group("g").ID)
		mustBeFull(t, *c, "ID", "URL", "CreatedAt", "UpdatedAt", "Version")
		r.must(r.CreateConnector(t.Context(), c, did(idp.ActionConnectorCreate)))
		if c.ID == "" || c.Version != 1 || !c.CreatedAt.Equal(r.clock.now()) || !c.UpdatedAt.Equal(r.clock.now()) {
			t.Fatalf("ID %q, version %d, made at %v, updated at %v", c.ID, c.Version, c.CreatedAt, c.UpdatedAt)
		}
		got, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the connector", fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", c))
		mustList(t, "the actions", r.actions(), []string{"connector.create", "group.create"})
	})
	t.Run("a bookmark comes back with its address", func(t *testing.T) {
		r := newRepo(t, open)
		r.must(r.CreateConnector(t.Context(), &idp.Connector{Slug: "wiki", Kind: idp.KindBookmark, Label: "Wiki", URL: "https://wiki.example.com/"}, did(idp.ActionConnectorCreate)))
		got, err := r.Connector(t.Context(), "wiki")
		r.must(err)
		mustEqual(t, "the address", got.URL, "https://wiki.example.com/")
	})
	t.Run("a slug that is taken is refused, and the first connector stays", func(t *testing.T) {
		r := newRepo(t, open)
		first := r.connector("aws-a")
		second := draft("aws-a")
		second.Label = "Second"
		mustBe(t, r.CreateConnector(t.Context(), second, did(idp.ActionConnectorCreate)), store.ErrExists)
		mustEqual(t, "the version of the refused", second.Version, 0)
		got, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the ID", got.ID, first.ID)
		mustEqual(t, "the number of events", len(r.actions()), 1)
	})
	t.Run("what is not valid is refused with its problems", func(t *testing.T) {
		r := newRepo(t, open)
		var problems idp.Problems
		if err := r.CreateConnector(t.Context(), draft("Not A Slug"), did(idp.ActionConnectorCreate)); !errors.As(err, &problems) {
			t.Fatalf("error is %v, want problems", err)
		}
		c := r.connector("aws-a")
		c.Label = ""
		if err := r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)); !errors.As(err, &problems) {
			t.Fatalf("error is %v, want problems", err)
		}
	})
	t.Run("a connector that is too large is refused", func(t *testing.T) {
		r := newRepo(t, open)
		c := draft("aws-a")
		for i := range 500 {
			c.Roles = append(c.Roles, idp.Role{RoleARN: fmt.Sprintf("%s%s%d", roleARN, strings.Repeat("x", 800), i)})
		}
		c.Roles = c.Roles[:500]
		mustBe(t, r.CreateConnector(t.Context(), c, did(idp.ActionConnectorCreate)), store.ErrTooLarge)
	})
	t.Run("slugs that cannot be find nothing", func(t *testing.T) {
		r := newRepo(t, open)
		for _, slug := range []string{"", "aws-z", "a/b", "a#b", "\x00", "\xff", strings.Repeat("a", 5000), "../INSTANCE"} {
			_, err := r.Connector(t.Context(), slug)
			mustBe(t, err, store.ErrNotFound)
			mustBe(t, r.UpdateConnector(t.Context(), &idp.Connector{Slug: "aws-z", Kind: idp.KindBookmark, Label: "x", URL: "https://x.example/", Version: 1}, idp.Event{}), store.ErrNotFound)
			mustBe(t, r.DeleteConnector(t.Context(), &idp.Connector{Slug: slug, Version: 1}, idp.Event{}), store.ErrNotFound)
		}
	})
	testConnectorUpdates(t, open)
	testConnectorLists(t, open)
	testConnectorDeletion(t, open)
}

// mustBeFull guards tests of round trips against fields that are added later.
func mustBeFull(t *testing.T, v any, except ...string) {
	t.Helper()
	value := reflect.ValueOf(v)
	for i := range value.NumField() {
		if name := value.Type().Field(i).Name; value.Field(i).IsZero() && !slices.Contains(except, name) {
			t.Fatalf("the test gives no value to %s", name)
		}
	}
}

func testConnectorUpdates(t *testing.T, open Open) {
	t.Run("an update keeps the ID and the time of making", func(t *testing.T) {
		r := newRepo(t, open)
		c := r.connector("aws-a")
		id, made := c.ID, c.CreatedAt
		r.clock.add(time.Hour)
		c.ID, c.CreatedAt, c.Label = "other", time.Time{}, "New"
		r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)))
		got, err := r.Connector(t.Context(), "aws-a")
		r.must(err)
		mustEqual(t, "the connector", fmt.Sprint(got.ID, got.CreatedAt, got.UpdatedAt, got.Label, got.Version), fmt.Sprint(id, made, r.clock.now(), "New", 2))
		mustEqual(t, "the version given back", c.Version, 2)
	})
	t.Run("an update of an old version is refused and leaves no event", func(t *testing.T) {
		r := newRepo(t, open)
		old := *r.connector("aws-a")
		c := old
		r.must(r.UpdateConnector(t.Context(), &c, did(idp.ActionConnectorUpdate)))
		mustBe(t, r.UpdateConnector(t.Context(), &old, did(idp.ActionConnectorUpdate)), store.ErrStale)
		mustList(t, "the actions", r.actions(), []string{"connector.create", "connector.update"})
	})
	t.Run("of many updates of one version one succeeds", func(t *testing.T) {
		r := newRepo(t, open)
		c := *r.connector("aws-a")
		errs := together(20, func(i int) error {
			mine := c
			mine.Label = fmt.Sprint("Label ", i)
			return r.UpdateConnector(t.Context(), &mine, did(idp.ActionConnectorUpdate))
		})
		mustEqual(t, "the number that succeeded", count(errs, nil), 1)
		mustEqual(t, "the number refused", count(errs, store.ErrStale), 19)
		mustEqual(t, "the number of events", len(r.actions()), 2)
	})
}

func testConnectorLists(t *testing.T, open Open) {
	t.Run("lists go by slug and prefix, page by page, and follow updates", func(t *testing.T) {
		r := newRepo(t, open)
		for _, slug := range []string{"b-1", "a-2", "a-1", "c"} {
			r.connector(slug)
		}
		c, err := r.Connector(t.Context(), "a-2")
		r.must(err)
		c.Label, c.Shown, c.Active = "Changed", true, true
		r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorUpdate)))
		mustList(t, "the slugs", r.slugs(store.List{Limit: 1}), []string{"a-1", "a-2", "b-1", "c"})
		mustList(t, "the slugs", r.slugs(store.List{Prefix: "a-"}), []string{"a-1", "a-2"})
		page, _, err := r.ListConnectors(t.Context(), store.List{Prefix: "a-2"})
		r.must(err)
		mustEqual(t, "the summary", fmt.Sprintf("%+v", page[0]), "{Slug:a-2 Kind:aws Label:Changed Description: Image: Shown:true Active:true}")
	})
	t.Run("a batch gives those that exist, in the order asked, each once", func(t *testing.T) {
		r := newRepo(t, open)
		for i := range 120 {
			r.connector(fmt.Sprintf("c-%03d", i))
		}
		asked := []string{"c-110", "nope", "c-003", "c-110"}
		for i := range 120 {
			asked = append(asked, fmt.Sprintf("c-%03d", i))
		}
		got, err := r.Connectors(t.Context(), asked...)
		r.must(err)
		mustEqual(t, "the number", len(got), 120)
		mustEqual(t, "the first two", got[0].Slug+" "+got[1].Slug, "c-110 c-003")
	})
	t.Run("a page that is too long and a made-up cursor are refused", func(t *testing.T) {
		r := newRepo(t, open)
		_, _, err := r.ListConnectors(t.Context(), store.List{Limit: 1000})
		mustBe(t, err, store.ErrTooLarge)
		_, _, err = r.ListConnectors(t.Context(), store.List{Cursor: "AAAAAAAAAAAAAAAAAAAA"})
		mustBe(t, err, store.ErrCursor)
	})
}

func (r repo) slugs(l store.List) []string {
	r.Helper()
	var slugs []string
	for {
		page, cursor, err := r.ListConnectors(r.Context(), l)
		r.must(err)
		for _, c := range page {
			slugs = append(slugs, c.Slug)
		}
		if cursor == "" {
			return slugs
		}
		l.Cursor = cursor
	}
}

func testConnectorDeletion(t *testing.T, open Open) {
	t.Run("deletion takes the summary and both sides of the grants", func(t *testing.T) {
		r := newRepo(t, open)
		ids := r.groups(store.MaxChanges)
		c := r.connector("aws-a", ids...)
		r.must(r.DeleteConnector(t.Context(), c, did(idp.ActionConnectorDelete)))
		_, err := r.Connector(t.Context(), "aws-a")
		mustBe(t, err, store.ErrNotFound)
		mustEqual(t, "the number listed", len(r.slugs(store.List{})), 0)
		r.mustAgreeOnGrants([]string{"aws-a"}, ids)
		mustBe(t, r.DeleteConnector(t.Context(), c, did(idp.ActionConnectorDelete)), store.ErrNotFound)
	})
	t.Run("an active connector and an old version are not deleted", func(t *testing.T) {
		r := newRepo(t, open)
		c := r.connector("aws-a")
		old := *c
		c.Active = true
		r.must(r.UpdateConnector(t.Context(), c, did(idp.ActionConnectorActivate)))
		mustBe(t, r.DeleteConnector(t.Context(), &old, did(idp.ActionConnectorDelete)), store.ErrStale)
		c.Active = false // what the caller says does not count
		mustBe(t, r.DeleteConnector(t.Context(), c, did(idp.ActionConnectorDelete)), store.ErrActive)
		mustEqual(t, "the number of events", len(r.actions()), 2)
	})
	t.Run("a slug that is made again has another ID", func(t *testing.T) {
		r := newRepo(t, open)
		first := r.connector("aws-a")
		r.must(r.DeleteConnector(t.Context(), first, did(idp.ActionConnectorDelete)))
		if second := r.connector("aws-a"); second.ID == first.ID {
			t.Fatal("the ID is the same")
		}
	})
}
