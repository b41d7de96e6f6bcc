package console

import (
	"slices"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// userNewPage makes a person.
type userNewPage struct {
	Trail  []link
	Form   form
	Groups field
	Owner  bool
}

func (p userNewPage) heading() heading {
	return heading{Template: "user_new", Title: p.Form.title("New user"), Section: usersPath}
}

// RoleField is the choice of an administrator role.
func (p userNewPage) RoleField() field {
	return offerRoles(p.Form.Field("admin_role", "Administrator role", "What the person may do in this console: for most people, nothing."))
}

const userNewPath = usersPath + "/new"

func userNew(v *visit) error {
	if !v.May(admin.OpUser) {
		return admin.Allowed(v.Who(), admin.OpUser, admin.Target{})
	}
	return v.showUserNew(newForm("", map[string]string{"email": v.fields["email"], "name": "", "admin_role": ""}, userNewPath))
}

func (v *visit) showUserNew(f form) error {
	p := userNewPage{Trail: []link{{"Users", usersPath}}, Form: f, Owner: v.May(admin.OpAdministrators)}
	choices, more, err := v.groupChoices(f.ticked("groups"))
	if err != nil {
		return err
	}
	p.Groups = f.ticks("groups", "Groups", "Now or later. What they open, the person can open.", choices, more)
	err = v.closeGroups(&p.Groups)
	if err != nil {
		return err
	}
	return v.show(f.status(), p)
}

// closeGroups closes the ticks of the groups that open connectors to who decides
// nothing about access.
func (v *visit) closeGroups(groups *field) error {
	may := v.right("groups", admin.OpMember, admin.Target{Opens: true})
	if may.MayChange() {
		return nil
	}
	names := make([]string, len(groups.Ticks))
	for i, tick := range groups.Ticks {
		names[i] = tick.Label
	}
	open, _, err := v.openedBy(names...)
	if err != nil {
		return err
	}
	for i, name := range names {
		if slices.ContainsFunc(open, func(c resource.Connector) bool { return slices.Contains(c.Groups, name) }) {
			groups.Ticks[i].Closed, groups.Ticks[i].Value, groups.Why = true, "", may
		}
	}
	return nil
}

// closedGroup is the first group of a new person that is closed to the administrator,
// with the refusal.
func (v *visit) closedGroup(in resource.User) (string, error) {
	if v.right("", admin.OpMember, admin.Target{Opens: true}).MayChange() {
		return "", nil
	}
	for _, name := range groupNames(in) {
		_, err := v.mayRegroup(name, []resource.User{in})
		if err != nil {
			return name, err
		}
	}
	return "", nil
}

// createUser stores a new person, once it is said what the groups open to them.
func createUser(v *visit) error {
	f := posted(v.fields, append(named(v.fields, "groups"), "email", "name", "admin_role"), userNewPath)
	in := resource.User{Email: idp.NormalEmail(f.Values["email"]), Name: f.Values["name"], AdminRole: f.Values["admin_role"]}
	for _, name := range f.ticked("groups") {
		in.Groups = append(in.Groups, resource.Membership{Name: name})
	}
	check := idp.User{Email: in.Email, Name: in.Name, AdminRole: idp.AdminRole(in.AdminRole)}
	if f.refused(check.Validate(), nothingStored) {
		return v.showUserNew(f)
	}
	closed, err := v.closedGroup(in) // before anything is confirmed
	if f.deniedAt("groups", closed, err) {
		return v.showUserNew(f)
	}
	if err != nil {
		return err
	}
	asked, err := v.askForUser(in)
	if err != nil || asked {
		return err
	}
	made, err := v.CreateUser(v.ctx(), in)
	err = emailTaken(err, in.Email)
	if f.refused(err, nothingStored) || f.deniedAt("groups", "", err) { // a connector was opened to a group just now
		return v.showUserNew(f)
	}
	if err != nil {
		return err
	}
	return v.done(userPath(made.Email), "user-created")
}

func (v *visit) askForUser(in resource.User) (bool, error) {
	connectors, _, err := v.openedBy(groupNames(in)...)
	if err != nil {
		return false, err
	}
	in.Active = true
	effects := v.effectsOn(nil, []resource.User{in}, connectors)
	if len(effects) == 0 && in.AdminRole == "" {
		return false, nil
	}
	p := confirmPage{
		Section: usersPath, Trail: []link{{"Users", usersPath}}, Title: "Create " + called(in) + "?",
		Action: userNewPath, Button: "Create", Back: usersPath, Effects: effects,
	}
	if in.AdminRole != "" {
		p.Changes, p.Text = []line{{"Administrator role", "", roleWord(in.AdminRole)}}, roleText(in.AdminRole)
	}
	return v.ask(p)
}
