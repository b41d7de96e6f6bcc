package console

import (
	"cmp"
	"net/http"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// askAbout asks before something that closes everything to a person, and tells
// what they can open now.
func (v *visit) askAbout(u resource.User, p confirmPage) (asked bool, err error) {
	connectors, _, err := v.openedBy(groupNames(u)...)
	if err != nil {
		return false, err
	}
	base := userPath(u.Email)
	p.Section, p.Back, p.Danger = usersPath, base, true
	p.Trail = []link{{"Users", usersPath}, {called(u), base}}
	p.Effects = v.effectsOn([]resource.User{u}, nil, connectors)
	if u.Email == v.Who().Name {
		p.Text += " This is you: you are signed out, and somebody else has to let you in again."
	}
	return v.ask(p)
}

// wayBack says how the person is let in again: as open says where the administrator
// may, and otherwise who does. Nobody lets themselves in: that is told by itself.
func (v *visit) wayBack(u resource.User, open string) (string, error) {
	if u.Email == v.Who().Name {
		return "", nil
	}
	refused, err := v.Refusals(v.ctx(), u.Email, admin.OpUserReset)
	if err != nil {
		return "", err
	}
	denied := refused[admin.OpUserReset]
	if denied == nil {
		return " " + open, nil
	}
	return " You cannot let the person in again yourself: " + denied.Why + ". " + sentenceOf(denied.Remedy), nil
}

func suspend(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	base := userPath(u.Email)
	if !u.Active {
		return v.done(base, "suspended")
	}
	back, err := v.wayBack(u, "You can resume the person at any time.")
	if err != nil {
		return err
	}
	asked, err := v.askAbout(u, confirmPage{
		Title: "Suspend " + called(u) + "?", Action: base + "/suspend", Button: "Suspend",
		Text: "From the next request on they cannot sign in, and their sessions end. Sessions in AWS that are open go on until they end." + back,
	})
	if err != nil || asked {
		return err
	}
	err = v.SuspendUser(v.ctx(), u.Email)
	if err != nil {
		return err
	}
	return v.done(base, "suspended")
}

func resume(v *visit) error {
	err := v.ResumeUser(v.ctx(), v.email())
	if err != nil {
		return err
	}
	return v.done(userPath(v.email()), "resumed")
}

// lock is lockdown of one person: for when somebody else may be using their
// account.
func lock(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	base := userPath(u.Email)
	back, err := v.wayBack(u, "The way back: resume the person, and make a new password link if the password may be known to somebody else.")
	if err != nil {
		return err
	}
	asked, err := v.askAbout(u, confirmPage{
		Title: "Lock down " + called(u) + "?", Action: base + "/lockdown", Button: "Lock down",
		Text: "At once the person is suspended, and every session, token and password link of theirs ends. It is on the record as a lockdown. " +
			"Sessions in AWS that are open go on until they end: revoke those in AWS." + back,
	})
	if err != nil || asked {
		return err
	}
	err = v.LockUser(v.ctx(), u.Email)
	if err != nil {
		return err
	}
	return v.done(base, "locked")
}

// deleteUser removes a person whose email was typed.
func deleteUser(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	base := userPath(u.Email)
	asked, err := v.askAbout(u, confirmPage{
		Title: "Delete " + called(u) + "?", Action: base + "/delete", Button: "Delete the person",
		Text:       "Their memberships, password and sessions go with them, for good. Events keep their email. Somebody made anew under the same email is another person to AWS.",
		TypedLabel: "Type " + u.Email + " to confirm", Typed: u.Email,
	})
	if err != nil || asked {
		return err
	}
	err = v.DeleteUser(v.ctx(), u.Email, cmp.Or(v.fields["match"], unread))
	if err != nil {
		return err
	}
	return v.done(usersPath, "user-deleted")
}

// passwordLinkPage shows a link to set a password by, once.
type passwordLinkPage struct {
	person
	Link copyable
	End  moment
	Note string // what it is not good for
}

func (p passwordLinkPage) heading() heading { return p.person.heading("user_link", "Password link") }

// madeNote is a note as a sentence.
func madeNote(note string) string {
	if note == "" {
		return ""
	}
	return sentenceOf(note)
}

// passwordLink answers with the link itself: it is kept nowhere, and no address
// may hold it.
func passwordLink(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	made, err := v.PasswordLink(v.ctx(), u.Email)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, passwordLinkPage{
		person: personOf(u, "none", v.Who()), Link: copyable{"password-link", "password link", made.URL}, End: momentOf(made.ExpiresAt), Note: madeNote(made.Note),
	})
}
