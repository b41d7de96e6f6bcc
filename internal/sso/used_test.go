package sso_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/sso"
)

// TestALaunchIsGoodForOneResponse issues a launch and a copy of it many times at
// once.
func TestALaunchIsGoodForOneResponse(t *testing.T) {
	w := newWorld(t)
	launch, err := w.service.Open(t.Context(), w.request())
	if err != nil {
		t.Fatal(err)
	}
	copied := *launch
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		wg.Go(func() { _, errs[i] = w.service.Issue(t.Context(), []*sso.Launch{launch, &copied}[i%2], "") })
	}
	wg.Wait()
	issued := 0
	for _, err := range errs {
		if err == nil {
			issued++
		} else if !errors.Is(err, sso.ErrUsed) {
			t.Errorf("error is %v, want %v", err, sso.ErrUsed)
		}
	}
	if n := w.signers.signed.Load(); issued != 1 || n != 1 || len(w.events()) != 1 {
		t.Errorf("%d responses, %d signatures, %d events; want one of each", issued, n, len(w.events()))
	}
}

func TestALaunchThatNobodyOpenedIsNotIssued(t *testing.T) {
	w := newWorld(t)
	for _, launch := range []*sso.Launch{nil, {}} {
		_, err := w.service.Issue(t.Context(), launch, "")
		_, followErr := w.service.Follow(t.Context(), launch)
		if !errors.Is(err, sso.ErrUsed) || !errors.Is(followErr, sso.ErrUsed) || w.signers.signed.Load() != 0 {
			t.Errorf("errors are %v and %v, want %v", err, followErr, sso.ErrUsed)
		}
	}
}

// TestWhatWasDecidedCannotBeChanged changes all that a launch shows of itself.
func TestWhatWasDecidedCannotBeChanged(t *testing.T) {
	w := newWorld(t)
	launch, err := w.service.Open(t.Context(), w.request())
	if err != nil {
		t.Fatal(err)
	}
	const other = "arn:aws:iam::111122223333:role/Owner"
	launch.Roles()[0].RoleARN = other
	launch.Connector().Roles[0].RoleARN = other
	launch.Connector().Attributes[0].Value = "mallory"
	launch.User().Email, launch.User().NameID = "bob@example.com", "n_bob"
	launch.User().Attributes["team"] = "red"
	issued, err := w.service.Issue(t.Context(), launch, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{other, "mallory", "bob"} {
		if strings.Contains(string(issued.Response.XML()), word) {
			t.Errorf("the response says %q", word)
		}
	}
}

func TestAnAccessThatEndsEndsTheRoleSession(t *testing.T) {
	for left, words := range map[time.Duration]string{2 * time.Hour: "aws login may outlive it", 5 * time.Minute: "less than 15 minutes"} {
		w := newWorld(t)
		w.change(func(c *idp.Connector) { c.SessionDuration = 12 * time.Hour })
		if err := w.store.AddMember(t.Context(), w.user.ID, "g_a", noon.Add(left), event()); err != nil {
			t.Fatal(err)
		}
		issued, err := w.launch("")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := saml.Read(issued.Response.XML())
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Assertions[0].Authn[0].SessionNotOnOrAfter; !got.Equal(noon.Add(left)) {
			t.Errorf("the role session ends at %s, the access at %s", got, noon.Add(left))
		}
		if got := awsfed.JudgePrepared(doc, connector().EntityID, noon).Sessions; len(got) == 1 && got[0].Duration > left {
			t.Errorf("AWS would let it live for %s", got[0].Duration)
		}
		list := w.events()
		e := list[len(list)-1]
		for _, other := range list {
			if other.Action == idp.ActionLaunch {
				e = other
			}
		}
		if !strings.Contains(e.Reason, words) || !strings.Contains(e.Reason, noon.Add(left).Format(time.RFC3339)) {
			t.Errorf("the event says %q, want %q", e.Reason, words)
		}
	}
}
