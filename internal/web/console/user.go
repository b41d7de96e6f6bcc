package console

import (
	"cmp"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// person is what every page about one person has.
type person struct {
	Trail    []link
	Base     string // path of the person
	Called   string // by name, else by email
	Email    string
	States   []chip
	Tabs     tabs
	Me       bool   // the administrator is the person
	LockedBy string // the administrator role of who locked them out, in words
}

func (p person) heading(template, title string) heading {
	return heading{Template: template, Title: title + " · " + p.Called, Section: usersPath}
}

func userPath(email string) string { return usersPath + "/" + url.PathEscape(email) }

// email is the person that the path names.
func (v *visit) email() string { return idp.NormalEmail(v.r.PathValue("email")) }

// personOf is a person as the administrator who sees them.
func personOf(u resource.User, here string, who admin.Actor) person {
	p := person{
		Trail: []link{{"Users", usersPath}}, Base: userPath(u.Email), Called: called(u), Email: u.Email, States: userStates(u), Me: u.Email == who.Name,
	}
	if u.LockedBy != "" {
		p.LockedBy = roleWord(u.LockedBy)
	}
	p.Tabs = tabs{Of: "Pages about " + p.Called}
	for _, t := range []tab{{Text: "Profile"}, {Text: "Groups", Href: "/groups"}, {Text: "Access", Href: "/access"}, {Text: "Sessions", Href: "/sessions"}, {Text: "Activity", Href: "/activity"}} {
		t.Href, t.Here = p.Base+t.Href, t.Href == here
		p.Tabs.Tabs = append(p.Tabs.Tabs, t)
	}
	return p
}

func called(u resource.User) string {
	if u.Name != "" {
		return u.Name
	}
	return u.Email
}

// userPage is the first page about a person: the profile, and what can be done to
// them.
type userPage struct {
	person
	Form       form
	Attributes []field
	New        []attributePair
	Owner      bool   // may say who is an administrator
	Role       string // where it cannot be changed here
	Active     bool
	NowText    string
	Since      moment
	NameID     copyable

	Save    right // the profile
	Suspend right
	Reset   right // let them in again
	Link    right
	Lock    right
	Delete  right

	Unconfirmed []string // what helpdesk has changed and nobody has confirmed
}

func (p userPage) heading() heading { return p.person.heading("user", p.Form.title("Profile")) }

func user(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	return v.showUser(u, newForm(u.ETag, userValues(u), userPath(u.Email)))
}

func (v *visit) showUser(u resource.User, f form) error {
	refused, err := v.Refusals(v.ctx(), u.Email, admin.OpUser, admin.OpIdentity, admin.OpUserReset, admin.OpUserLock)
	if err != nil {
		return err
	}
	return v.show(f.status(), userPageOf(personOf(u, "", v.Who()), u, f, v.May(admin.OpAdministrators), refused))
}

func userPageOf(about person, u resource.User, f form, owner bool, refused map[admin.Operation]*admin.Denied) userPage {
	p := userPage{
		person: about, Form: f, Owner: owner, Role: roleWord(u.AdminRole), Active: u.Active,
		NowText: "Signs in and opens what the groups open.", Since: dayOf(u.CreatedAt), NameID: copyable{"name-id", "name ID", u.NameID},
		// All of the profile is what rules can tell AWS.
		Save: rightOf("save", cmp.Or(refused[admin.OpUser], refused[admin.OpIdentity])), Unconfirmed: u.UnconfirmedWords(),
		Suspend: rightOf("suspend", refused[admin.OpUser]), Reset: rightOf("reset", refused[admin.OpUserReset]), Lock: rightOf("lock", refused[admin.OpUserLock]),
	}
	p.Link = rightOf("link", refused[admin.OpUserReset])
	if !u.Active { // the button above is to resume them
		p.Link = p.Link.after(p.Reset)
	}
	p.Delete = rightOf("delete", refused[admin.OpUser]).after(p.Lock)
	if !u.Active {
		p.NowText = "Cannot sign in. Nothing opens, and no session is left."
	}
	if u.LockedBy != "" {
		p.NowText = "Locked out by the role " + about.LockedBy + ": that role or a higher one lets the person in again. Nothing opens, and no session is left."
	}
	for _, key := range slices.Sorted(maps.Keys(f.Values)) {
		name, ours := strings.CutPrefix(key, "attributes[")
		if ours {
			p.Attributes = append(p.Attributes, f.Field(key, strings.TrimSuffix(name, "]"), ""))
		}
	}
	for i := 0; ; i++ {
		at := newAttribute(i)
		_, is := f.Values[at+".name"]
		if !is {
			break
		}
		p.New = append(p.New, attributePair{Index: i, Name: f.Field(at+".name", "New attribute", ""), Value: f.Field(at+".value", "Its value", "")})
	}
	return p
}

func newAttribute(i int) string { return "new[" + strconv.Itoa(i) + "]" }

// userValues are the values of the form about a person. An attribute is a control
// of its own name, so that one who saves second takes nothing of another's
// attributes; new ones have rows at the end, of which one is always empty.
func userValues(u resource.User) map[string]string {
	values := map[string]string{"email": u.Email, "name": u.Name, "admin_role": u.AdminRole, "new[0].name": "", "new[0].value": ""}
	for name, value := range u.Attributes {
		values["attributes["+name+"]"] = value
	}
	return values
}

func ofUser(current any) map[string]string {
	u, ok := current.(resource.User)
	if !ok {
		return nil
	}
	return userValues(u)
}

// saveUser saves the profile, once it is confirmed where it makes somebody an
// administrator or takes that from them.
func saveUser(v *visit) error {
	u, err := v.User(v.ctx(), v.email())
	if err != nil {
		return err
	}
	path := userPath(u.Email)
	controls := append(named(v.fields, "attributes"), named(v.fields, "new")...)
	f := posted(v.fields, append(controls, "email", "name", "admin_role"), path)
	if !v.May(admin.OpAdministrators) {
		f.Values["admin_role"] = u.AdminRole
	}
	if v.fields["do"] == "add" {
		at := newAttribute(len(named(v.fields, "new")) / 2)
		f.Values[at+".name"], f.Values[at+".value"] = "", ""
		return v.showUser(u, f)
	}
	wanted, problems := profile(f, u)
	if f.refused(problems.Err(), ofUser) {
		return v.showUser(u, f)
	}
	if f.Match == u.ETag && wanted.AdminRole != u.AdminRole {
		asked, err := v.askForRole(u, wanted)
		if err != nil || asked {
			return err
		}
	}
	saved, err := v.UpdateUser(v.ctx(), u.Email, f.Match, func(now *resource.User) error {
		now.Email, now.Name, now.AdminRole, now.Attributes = wanted.Email, wanted.Name, wanted.AdminRole, wanted.Attributes
		return nil
	})
	if f.refused(inRows(emailTaken(err, wanted.Email), f), ofUser) {
		return v.showUser(u, f)
	}
	if err != nil {
		return err
	}
	return v.done(userPath(saved.Email), "saved")
}

// profile is the person that the form asks for. An attribute whose value is
// emptied is dropped.
func profile(f form, u resource.User) (resource.User, idp.Problems) {
	wanted := resource.User{Email: idp.NormalEmail(f.Values["email"]), Name: f.Values["name"], AdminRole: f.Values["admin_role"], Attributes: map[string]string{}}
	for key, value := range f.Values {
		name, ours := strings.CutPrefix(key, "attributes[")
		name = strings.TrimSuffix(name, "]")
		stored, stands := u.Attributes[name]
		if ours && (value != "" || stands && stored == "") {
			wanted.Attributes[name] = value
		}
	}
	var problems idp.Problems
	for i := 0; ; i++ {
		at := newAttribute(i)
		name, is := f.Values[at+".name"]
		if !is {
			return wanted, problems
		}
		_, twice := wanted.Attributes[name]
		value := f.Values[at+".value"]
		switch {
		case name == "" && value == "":
		case name == "":
			problems = append(problems, idp.Problem{Field: at + ".name", Reason: "is missing", Remedy: "say what the attribute is called, such as team"})
		case value == "":
			problems = append(problems, idp.Problem{Field: at + ".value", Reason: "is missing", Remedy: "give the attribute a value, or empty its name too"})
		case twice:
			problems = append(problems, idp.Problem{Field: at + ".name", Value: name, Reason: "is there already", Remedy: "change that one"})
		default:
			wanted.Attributes[name] = value
		}
	}
}

// inRows gives problems with attributes to the controls that the form has for them.
func inRows(err error, f form) error {
	var problems idp.Problems
	if !errors.As(err, &problems) {
		return err
	}
	moved := slices.Clone(problems)
	for i, p := range moved {
		name, ours := strings.CutPrefix(p.Field, `attributes["`)
		if !ours {
			continue
		}
		name = strings.TrimSuffix(name, `"]`)
		moved[i].Field = "attributes[" + name + "]"
		for row := 0; row < len(f.Values); row++ {
			at := newAttribute(row)
			if f.Values[at+".name"] != name || name == "" {
				continue
			}
			moved[i].Field = at + ".value"
			if p.Value == name {
				moved[i].Field = at + ".name"
			}
		}
	}
	return moved
}

// emailTaken turns the refusal of an email that another person has into a problem
// of its field.
func emailTaken(err error, email string) error {
	if errors.Is(err, store.ErrExists) && !errors.Is(err, store.ErrNameID) {
		return idp.Problems{{Field: "email", Value: email, Reason: "is another person’s", Remedy: "look at that person, or give another address"}}
	}
	return err
}

func (v *visit) askForRole(u, wanted resource.User) (bool, error) {
	p := confirmPage{
		Section: usersPath, Trail: []link{{"Users", usersPath}, {called(u), userPath(u.Email)}},
		Title: "Change what " + called(u) + " may do here?", Action: userPath(u.Email), Button: "Save", Back: userPath(u.Email),
		Changes: []line{{"Administrator role", roleWord(u.AdminRole), roleWord(wanted.AdminRole)}},
		Text:    roleText(wanted.AdminRole),
	}
	if u.Email == v.Who().Name {
		p.Text += " This is you: with it you lose what your role lets you do, from the next request on."
		p.Danger = true
	}
	return v.ask(p)
}

// roleWord is an administrator role as people say it.
func roleWord(role string) string {
	switch idp.AdminRole(role) {
	case idp.AdminNone:
		return "none"
	case idp.AdminConnectors:
		return "connector administrator"
	}
	return role
}

// roleText says what an administrator role lets somebody do.
func roleText(role string) string {
	switch idp.AdminRole(role) {
	case idp.AdminViewer:
		return "A viewer reads everything in the console and changes nothing."
	case idp.AdminHelpdesk:
		return "Helpdesk looks after people and their passwords, but not after administrators, nor after groups that open connectors, nor after those to whom one is open: what AWS is told of them stays, and unless the settings say so, helpdesk does not let them in again."
	case idp.AdminConnectors:
		return "A connector administrator decides about connectors, keys and groups, and by that about who gets into AWS, and lets people in again who are no administrators."
	case idp.AdminOwner:
		return "An owner may do everything, make other owners, and lock everything down."
	}
	return "Without a role the console does not open."
}

// sentenceCase is a word as a sentence begins.
func sentenceCase(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// offerRoles is a field with the administrator roles to choose from.
func offerRoles(f field) field {
	for _, role := range []idp.AdminRole{idp.AdminNone, idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors, idp.AdminOwner} {
		f = f.Offer(string(role), sentenceCase(roleWord(string(role))))
	}
	return f
}

// RoleField is the choice of an administrator role.
func (p userPage) RoleField() field {
	return offerRoles(p.Form.Field("admin_role", "Administrator role", "What the person may do in this console."))
}
