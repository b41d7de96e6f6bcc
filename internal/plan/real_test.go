package plan_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/signin"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/bolt"
)

// house is the administration over the real embedded store and real key files.
type house struct{ *admin.Administrator }

func newHouse(t testing.TB) house {
	t.Helper()
	clock := func() time.Time { return noon }
	database, err := bolt.Open(filepath.Join(t.TempDir(), "gatepost.db"), bolt.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	custody, err := file.Open(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := errors.Join(custody.Close(), database.Close())
		if err != nil {
			t.Error(err)
		}
	})
	s := store.New(database, clock)
	keeper := &keys.Keeper{Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: keystest.Ready(custody)}, Default: idp.CustodyFile, Uploads: idp.CustodyFile, Store: s, Now: clock}
	service := &admin.Service{Store: s, Keys: keeper, Passwords: signin.New(s, clock), URL: address, Now: clock}
	return house{service.As(admin.Actor{Name: "cli:test", Role: idp.AdminOwner, Operator: true})}
}

func (h house) ConnectorPage(ctx context.Context, cursor string) ([]resource.Connector, string, error) {
	return h.Connectors(ctx, admin.List{Limit: 100, Cursor: cursor})
}

func (h house) GroupPage(ctx context.Context, cursor string) ([]resource.Group, string, error) {
	return h.Groups(ctx, admin.List{Limit: 100, Cursor: cursor})
}

func (h house) UserPage(ctx context.Context, cursor string) ([]resource.User, string, error) {
	return h.Users(ctx, admin.List{Limit: 100, Cursor: cursor})
}

func (h house) MemberPage(ctx context.Context, group, cursor string) ([]resource.Member, string, error) {
	return h.Members(ctx, group, admin.List{Limit: 100, Cursor: cursor})
}

func (h house) ReopenGroup(ctx context.Context, name, match string) error {
	_, err := h.Administrator.ReopenGroup(ctx, name, match)
	return err
}

func (h house) CreateConnector(ctx context.Context, in resource.Connector) (resource.Connector, error) {
	saved, err := h.Administrator.CreateConnector(ctx, in)
	return saved.Connector, err
}

func (h house) UpdateConnector(ctx context.Context, slug, match string, change func(*resource.Connector) error) (resource.Connector, error) {
	saved, err := h.Administrator.UpdateConnector(ctx, slug, match, change)
	return saved.Connector, err
}

func (h house) look(t testing.TB) plan.State {
	t.Helper()
	state, err := plan.Load(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// apply brings the house to what a file asks and tells how many steps that took.
func (h house) apply(t testing.TB, text string, o plan.Options) int {
	t.Helper()
	o.Now = noon
	p, err := plan.Diff(h.look(t), read(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Apply(t.Context(), h, plan.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return len(p.Steps)
}

func (h house) export(t testing.TB) string {
	t.Helper()
	f, err := plan.Export(h.look(t), true, noon)
	if err != nil {
		t.Fatal(err)
	}
	text, err := f.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// NameIDs are random where a file gives none.
func masked(export string) string {
	var kept []string
	for line := range strings.Lines(export) {
		if !strings.Contains(line, "name_id:") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestTheRealStoreEndsAsTheFakeDoes(t *testing.T) {
	h, s := newHouse(t), newSite()
	walkthrough, err := os.ReadFile("testdata/walkthrough.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(walkthrough), before, after, "version: 1\ngroups:\n- name: stays\n", before} {
		h.apply(t, text, plan.Options{})
		apply(t, s, text)
		if got, want := masked(h.export(t)), masked(exported(t, s, true)); got != want {
			t.Fatalf("the real store has\n%s\nthe fake\n%s", got, want)
		}
		if n := h.apply(t, text, plan.Options{}); n != 0 {
			t.Errorf("a second apply does %d steps", n)
		}
	}
}

func TestAnExportMakesTheSameInstallationAgain(t *testing.T) {
	h, other := newHouse(t), newHouse(t)
	keyed := "version: 1\ngroups: [{name: a}]\nusers: []\nconnectors:\n" + one("uploaded", "a") + "  private_key_file: x.key\n  certificate_file: x.crt\n" + one("made", "a") + "- {slug: wiki, kind: bookmark, url: 'https://wiki.example.com/', active: true, groups: [a]}\n- slug: draft\n"
	files := plan.Options{Keys: map[string]plan.KeyPair{"uploaded": pair()}}
	h.apply(t, keyed, files)
	out := h.export(t)
	contains(t, out, "source: uploaded", "source: generated")
	other.apply(t, out, files)
	if got := other.export(t); got != out {
		t.Errorf("the other installation has\n%s\nwant\n%s", got, out)
	}
	if h.apply(t, keyed, files)+other.apply(t, out, plan.Options{}) != 0 {
		t.Error("a second apply does something")
	}
}

func TestTheRealStoreTellsWhatHasMoved(t *testing.T) {
	h := newHouse(t)
	h.apply(t, before, plan.Options{})
	p, err := plan.Diff(h.look(t), read(t, after), plan.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.UpdateUser(t.Context(), "bob@example.com", "", func(u *resource.User) error { u.Name = "Meanwhile"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Apply(t.Context(), h, plan.ApplyOptions{})
	var stale *admin.Stale
	if !errors.Is(err, plan.ErrMoved) || !errors.As(err, &stale) || len(stale.Changes) == 0 {
		t.Errorf("ends with %v", err)
	}
}

// A file that is read well must not be refused half way.
func TestTheReaderAndTheServerTakeTheSameNameIDs(t *testing.T) {
	h := newHouse(t)
	for i, id := range []string{"n1234567", "A_b-9xyz", strings.Repeat("a", 128), "n123456", strings.Repeat("a", 129), "n1234 67", "n123456@", "n12345é7", "n1234/67"} {
		email := fmt.Sprintf("u%d@example.com", i)
		_, read := plan.Read(fmt.Appendf(nil, "version: 1\nusers: [{email: %s, name_id: %q}]\n", email, id))
		_, made := h.CreateUser(t.Context(), resource.User{Email: email, NameID: id})
		if (read == nil) != (made == nil) || (read == nil) != (i < 3) {
			t.Errorf("%q: the reader says %v, the server %v", id, read, made)
		}
	}
}

// A site and a reader are what the administration is, but for the shape of a few
// answers.
var (
	_ plan.Site   = house{}
	_ plan.Reader = house{}
)
