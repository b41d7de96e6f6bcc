package plan_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// before and after differ in every way that a plan knows.
const before = `version: 1
connectors:
- slug: closes
  active: true
  groups: [stays, goes]
` + rolePair + `- slug: goes
  active: true
  groups: [goes]
` + rolePair + `- slug: changes
  active: true
  groups: [stays]
` + rolePair + `groups:
- name: stays
  members: [{email: alice@example.com}, {email: bob@example.com}, {email: gone@example.com}]
- name: goes
  members: [{email: alice@example.com}]
users:
- {email: owner@example.com, admin_role: owner}
- {email: alice@example.com, name: Alice}
- {email: bob@example.com}
- {email: carol@example.com, active: false}
- {email: gone@example.com}
`

const after = `version: 1
connectors:
- slug: closes
  groups: [stays]
- slug: changes
  label: Changed
  active: true
  groups: [stays, comes]
` + rolePair + `    groups: [comes]
- slug: comes
  active: true
  groups: [comes]
` + rolePair + `groups:
- name: stays
  description: Described
  members: [{email: alice@example.com, expires_at: 2027-01-01T00:00:00Z}, {email: carol@example.com}]
- name: comes
  members: [{email: new@example.com}]
users:
- {email: owner@example.com, admin_role: viewer}
- {email: alice@example.com, name: Alice, active: false}
- {email: bob@example.com, admin_role: owner}
- {email: carol@example.com}
- {email: new@example.com, active: false}
`

func TestApplyDoesThingsInAnOrderThatWorks(t *testing.T) {
	s := newSite()
	apply(t, s, before)
	p := diff(t, s, read(t, after))
	var done []string
	report, err := p.Apply(t.Context(), s, plan.ApplyOptions{Done: func(s plan.Step) { done = append(done, s.String()) }})
	if err != nil || len(report.Done) != len(p.Steps) || len(report.Remaining) != 0 {
		t.Fatalf("%v, %+v", err, report)
	}
	golden(t, "order.txt", strings.Join(done, "\n")+"\n")
	golden(t, "applied.yaml", exported(t, s, true))
	p = diff(t, s, read(t, after))
	if !p.Empty() {
		t.Errorf("a second apply would\n%s", p.Text(plan.TextOptions{}))
	}
}

// A fault at any call leaves what a new plan goes on from.
func TestApplyGoesOnAfterAFaultAtAnyCall(t *testing.T) {
	whole := newSite()
	apply(t, whole, before)
	start := whole.calls
	apply(t, whole, after)
	want := exported(t, whole, true)
	broken := errors.New("the cable is out")
	for n := 1; n <= whole.calls-start; n++ {
		s := newSite()
		apply(t, s, before)
		left := n
		s.fail = func(string) error {
			left--
			if left == 0 {
				return broken
			}
			return nil
		}
		report, err := diff(t, s, read(t, after)).Apply(t.Context(), s, plan.ApplyOptions{})
		if !errors.Is(err, broken) || errors.Is(err, plan.ErrMoved) || len(report.Remaining) == 0 {
			t.Fatalf("call %d: %v, remaining %v", n, err, report.Remaining)
		}
		s.fail = nil
		apply(t, s, after)
		got := exported(t, s, true)
		if got != want {
			t.Errorf("after a fault at call %d:\n%s", n, got)
		}
	}
}

func TestApplyStopsAtWhatHasMoved(t *testing.T) {
	ctx := context.Background()
	label := func(slug string) func(s *site) error {
		return func(s *site) error {
			_, err := s.UpdateConnector(ctx, slug, "", func(c *resource.Connector) error { c.Description = "Meanwhile"; return nil })
			return err
		}
	}
	name := func(email string) func(s *site) error {
		return func(s *site) error {
			_, err := s.UpdateUser(ctx, email, "", func(u *resource.User) error { u.Name = "Meanwhile"; return nil })
			return err
		}
	}
	cases := []struct {
		name      string
		meanwhile func(s *site) error
		step      string
	}{
		{"a connector to be closed", label("closes"), `deactivate connector "closes"`},
		{"a connector to be changed", label("changes"), `change connector "changes"`},
		{"a connector to go", label("goes"), `deactivate connector "goes"`},
		{"a connector to come, which came", func(s *site) error {
			_, err := s.CreateConnector(ctx, resource.Connector{Slug: "comes", Kind: "aws"})
			return err
		}, `add connector "comes"`},
		{"a connector that went", func(s *site) error { delete(s.connectors, "changes"); return nil }, `change connector "changes"`},
		{"a group to be changed", func(s *site) error {
			_, err := s.UpdateGroup(ctx, "stays", "", func(g *resource.Group) error { g.Description = "Meanwhile"; return nil })
			return err
		}, `change group "stays"`},
		{"a group to go", func(s *site) error {
			_, err := s.UpdateGroup(ctx, "goes", "", func(g *resource.Group) error { g.Description = "Meanwhile"; return nil })
			return err
		}, `destroy group "goes"`},
		{"a group to come, which came", func(s *site) error { _, err := s.CreateGroup(ctx, resource.Group{Name: "comes"}); return err }, `add group "comes"`},
		{"a person to be changed", name("bob@example.com"), `change user "bob@example.com"`},
		{"a person to be suspended", name("alice@example.com"), `change user "alice@example.com"`},
		{"a person to go", name("gone@example.com"), `destroy user "gone@example.com"`},
		{"a person who went", func(s *site) error { delete(s.users, "bob@example.com"); return nil }, `change user "bob@example.com"`},
		{"a person to come, who came", func(s *site) error { _, err := s.CreateUser(ctx, resource.User{Email: "new@example.com"}); return err }, `add user "new@example.com"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite()
			apply(t, s, before)
			p := diff(t, s, read(t, after))
			err := c.meanwhile(s)
			if err != nil {
				t.Fatal(err)
			}
			report, err := p.Apply(t.Context(), s, plan.ApplyOptions{})
			if !errors.Is(err, plan.ErrMoved) || !strings.HasPrefix(err.Error(), c.step+": it has changed since the plan was made") {
				t.Errorf("ends with %v", err)
			}
			if report.Remaining[0].String() != c.step {
				t.Errorf("stops before %v", report.Remaining[0])
			}
		})
	}
}

// Memberships have no version of their own: what counts is whether they are as the
// plan found them.
func TestApplyLooksAtMembershipsThemselves(t *testing.T) {
	ctx := context.Background()
	const base = "version: 1\ngroups: [{name: a, members: [{email: alice@example.com}]}, {name: b, members: []}]\nusers: [{email: alice@example.com}]\n"
	const wants = "version: 1\ngroups: [{name: a, members: []}, {name: b, members: [{email: alice@example.com}]}]\n"
	cases := []struct {
		name      string
		meanwhile func(s *site) error
		moved     bool
	}{
		{"nothing", func(*site) error { return nil }, false},
		{"the same, by somebody else", func(s *site) error {
			return errors.Join(s.RemoveMember(ctx, "a", "alice@example.com"), s.AddMember(ctx, "b", "alice@example.com", time.Time{}))
		}, false},
		{"something else of the person", func(s *site) error { return s.SuspendUser(ctx, "alice@example.com") }, false},
		{"another end of one that goes", func(s *site) error { return s.AddMember(ctx, "a", "alice@example.com", noon.Add(time.Hour)) }, true},
		{"another end of one that comes", func(s *site) error { return s.AddMember(ctx, "b", "alice@example.com", noon.Add(time.Hour)) }, true},
		{"the person went", func(s *site) error { return s.DeleteUser(ctx, "alice@example.com", "") }, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite()
			apply(t, s, base)
			p := diff(t, s, read(t, wants))
			err := c.meanwhile(s)
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Apply(t.Context(), s, plan.ApplyOptions{})
			if errors.Is(err, plan.ErrMoved) != c.moved || err != nil && !c.moved {
				t.Errorf("ends with %v", err)
			}
		})
	}
}

func TestNewPeopleComeWithTheirGroups(t *testing.T) {
	s := newSite()
	file := "version: 1\nusers:\n- email: a@example.com\n- email: b@example.com\ngroups:\n" + lines(120, "- name: g%03d\n  members: [{email: a@example.com, expires_at: 2027-01-01T00:00:00Z}, {email: b@example.com}]\n")
	apply(t, s, file)
	if n := len(s.users["a@example.com"].Groups); n != 120 {
		t.Errorf("%d groups", n)
	}
	if s.calls != 2+120+2*(120-store.MaxChanges) {
		t.Errorf("%d calls", s.calls)
	}
}

func TestApplyStopsWhenItIsTime(t *testing.T) {
	s := newSite()
	apply(t, s, before)
	s.slow = 2
	rounds := 0
	for {
		p := diff(t, s, read(t, after))
		if p.Empty() {
			break
		}
		rounds++
		report, err := p.Apply(t.Context(), s, plan.ApplyOptions{Enough: func() bool { return true }})
		if err != nil || len(report.Done)+len(report.Remaining) != len(p.Steps) || len(report.Done) > 1 {
			t.Fatalf("%v: %d done, %d remain of %d", err, len(report.Done), len(report.Remaining), len(p.Steps))
		}
		if rounds > 100 {
			t.Fatal("it never ends")
		}
	}
	whole := newSite()
	apply(t, whole, before)
	steps := len(diff(t, whole, read(t, after)).Steps)
	if rounds != steps-1+2 {
		t.Errorf("%d rounds for %d steps, of which one comes with another and one takes three", rounds, steps)
	}
	whole.slow = 2 // in one go
	apply(t, whole, after)
	if exported(t, s, true) != exported(t, whole, true) {
		t.Errorf("in %d rounds:\n%s", rounds, exported(t, s, true))
	}
}

func TestApplyStopsWithItsContext(t *testing.T) {
	s := newSite()
	ctx, cancel := context.WithCancel(t.Context())
	p := diff(t, s, read(t, "version: 1\ngroups: [{name: a}, {name: b}]\n"))
	report, err := p.Apply(ctx, s, plan.ApplyOptions{Done: func(plan.Step) { cancel() }})
	if !errors.Is(err, context.Canceled) || len(report.Done) != 1 || len(report.Remaining) != 1 {
		t.Errorf("%v, %+v", err, report)
	}
}

// A connector that somebody changes between two steps about it is not taken for
// the plan's own work.
func TestApplySeesChangesBetweenItsOwnSteps(t *testing.T) {
	s := newSite()
	apply(t, s, "version: 1\nconnectors:\n"+one("x", "a")+"groups: [{name: a}]\n")
	p := diff(t, s, read(t, "version: 1\nconnectors: []\n"))
	s.fail = func(call string) error {
		if call == "deactivate connector" {
			c := s.connectors["x"]
			c.Description = "Meanwhile"
			s.putConnector(c)
		}
		return nil
	}
	_, err := p.Apply(t.Context(), s, plan.ApplyOptions{})
	_, there := s.connectors["x"]
	if !errors.Is(err, plan.ErrMoved) || !there {
		t.Errorf("ends with %v", err)
	}
}

func TestKeysStandBesideTheFile(t *testing.T) {
	const named = "  private_key_file: x.key\n  certificate_file: x.crt\n"
	file := "version: 1\ngroups: [{name: a}]\nconnectors:\n" + one("x", "a") + named
	plain := func(s *site) {}
	cases := []struct {
		name   string
		before func(s *site)
		file   string
		keys   map[string]plan.KeyPair
		calls  []string
		note   string // or the fault
		active bool
	}{
		{"a new connector with its files", plain, file, map[string]plan.KeyPair{"x": pair()}, []string{"create group", "create connector", "upload key", "activate connector"}, "", true},
		{"a new connector without them", plain, file, nil, []string{"create group", "create connector"}, `connectors["x"].key: has no key: it was uploaded, and a file holds no keys; the connector comes in inactive; name private_key_file`, false},
		{"the key that is there", func(s *site) { s.setKey("x", describe(pair().Certificate)) }, file, map[string]plan.KeyPair{"x": pair()}, nil, "", true},
		{"no files for a key that is there", func(s *site) { s.setKey("x", describe(pair().Certificate)) }, file, nil, nil, "", true},
		{"another key than the active connector has", func(s *site) { s.setKey("x", generated()) }, file, map[string]plan.KeyPair{"x": pair()}, nil, `connectors["x"].certificate_file: is not of the key that the active connector has`, true},
		{"another key, and the connector closed", func(s *site) { s.setKey("x", generated()) }, strings.Replace(file, "active: true", "active: false", 1), map[string]plan.KeyPair{"x": pair()}, []string{"deactivate connector", "upload key"}, "", false},
		{"files that are no key", plain, file, map[string]plan.KeyPair{"x": {PrivateKey: []byte("x"), Certificate: []byte("y")}}, nil, "connectors[\"x\"].private_key_file", false},
		{"a key that was never made", func(s *site) { s.setKey("x", &resource.Key{State: "none"}); s.close("x") }, strings.Replace(file, named, "", 1), nil, []string{"make key", "activate connector"}, "", true},
		{"a key that may be waited for", func(s *site) { s.setKey("x", &resource.Key{State: "none"}); s.close("x") }, strings.Replace(strings.Replace(file, named, "", 1), "active: true", "active: false", 1), nil, nil, "", false},
		{"another custody", func(s *site) { s.setKey("x", generated()) }, strings.Replace(file, named, "  key: {custody: kms}\n", 1), nil, nil, `connectors["x"].key.custody "kms": is not so: the key that is there stays, and its custody is file`, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newSite()
			c.before(s)
			var calls []string
			s.fail = func(call string) error { calls = append(calls, call); return nil }
			p, err := plan.Diff(s.load(t), read(t, c.file), plan.Options{Now: noon, Keys: c.keys})
			told := faults(t, err)
			if err == nil {
				told = p.Notes.Error()
				_, err = p.Apply(t.Context(), s, plan.ApplyOptions{})
				if err != nil {
					t.Fatal(err)
				}
				p, err = plan.Diff(s.load(t), read(t, c.file), plan.Options{Now: noon, Keys: c.keys})
				if err != nil || !p.Empty() {
					t.Errorf("a second time: %v %v", err, p.Steps)
				}
			}
			contains(t, told, c.note)
			if c.note == "" && told != "" {
				t.Errorf("notes: %s", told)
			}
			if !slices.Equal(calls, c.calls) || s.connectors["x"].Active != c.active {
				t.Errorf("calls %q, active %v", calls, s.connectors["x"].Active)
			}
		})
	}
}

// setKey puts an active connector with that key there.
func (s *site) setKey(slug string, key *resource.Key) {
	ctx := context.Background()
	_, err := s.CreateGroup(ctx, resource.Group{Name: "a"})
	if err != nil {
		panic(err)
	}
	shown, confirm := true, true
	s.putConnector(resource.Connector{
		Slug: slug, Kind: "aws", Label: slug, Shown: &shown, Active: true, EntityID: address + "/metadata/" + slug, Partition: "aws", ConfirmCross: &confirm,
		Roles: []resource.Role{{RoleARN: "arn:aws:iam::111122223333:role/A", ProviderARN: "arn:aws:iam::111122223333:saml-provider/G"}}, Groups: []string{"a"}, Key: key,
	})
}

func (s *site) close(slug string) {
	c := s.connectors[slug]
	c.Active = false
	s.putConnector(c)
}

// A connector that waits for its key is exported as one, and not as one whose key
// is to be made.
func TestAConnectorThatWaitsForItsKeyGoesOutAndComesBack(t *testing.T) {
	s := newSite()
	s.setKey("x", &resource.Key{State: string(idp.KeyNone)})
	s.close("x")
	out := exported(t, s, false)
	contains(t, out, "key:\n      source: uploaded\n")
	other := newSite()
	apply(t, other, out)
	if got := exported(t, other, false); got != out || other.connectors["x"].Key.State != "none" {
		t.Errorf("came back as\n%s", got)
	}
}

func ExamplePlan_Text() {
	file, err := plan.Read([]byte("version: 1\ngroups:\n- name: SSO-AWS-A\n"))
	if err != nil {
		panic(err)
	}
	p, err := plan.Diff(plan.State{}, file, plan.Options{Now: noon})
	if err != nil {
		panic(err)
	}
	fmt.Print(p.Text(plan.TextOptions{}))
	// Output:
	// + group "SSO-AWS-A"
	//
	// Plan: 1 to add, 0 to change, 0 to destroy.
	//
	// Nobody gains or loses access.
}
