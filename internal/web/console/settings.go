package console

import (
	"net/http"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

const settingsPath = Root + "/settings"

// phrase is what has to be typed for everything to be locked down.
const phrase = "lock everything down"

// settingsPage is about the whole installation.
type settingsPage struct {
	URL            copyable
	Version        string
	Lockdown       bool
	Administrators []administratorRow
	MoreUsers      bool // there are more people than were looked at
	Form           form // of what can be set
	MaySet         bool
	MayLock        bool
	Phrase         string
	TypedProblem   string
}

type administratorRow struct {
	Email  string
	Name   string
	Href   string
	States []chip
}

func (p settingsPage) heading() heading {
	title := "Settings"
	if p.TypedProblem != "" {
		title = "Error: Settings"
	}
	title = p.Form.title(title)
	return heading{Template: "settings", Title: title, Section: settingsPath}
}

func settings(v *visit) error { return v.showSettings("") }

// settingResets is the control of the one thing that can be set.
const settingResets = "helpdesk_resets_access"

func settingsValues(s resource.Settings) map[string]string {
	values := map[string]string{settingResets: ""}
	if s.HelpdeskResetsAccess {
		values[settingResets] = "on"
	}
	return values
}

// HelpdeskField is the choice of whether helpdesk lets people with access in again.
func (p settingsPage) HelpdeskField() field {
	return p.Form.Field(settingResets, "Helpdesk lets people in again to whom connectors are open",
		"By password links, resuming and unlocking. Whoever does that could sign in as the person. Without it a connector administrator or an owner does.")
}

// saveSettings saves what can be set.
func saveSettings(v *visit) error {
	f := posted(v.fields, []string{settingResets}, settingsPath)
	_, err := v.UpdateSettings(v.ctx(), f.Match, func(s *resource.Settings) error {
		s.HelpdeskResetsAccess = f.Values[settingResets] != ""
		return nil
	})
	if f.refused(err, func(current any) map[string]string {
		s, ok := current.(resource.Settings)
		if !ok {
			return nil
		}
		return settingsValues(s)
	}) {
		return v.showSettingsForm(f, "")
	}
	if err != nil {
		return err
	}
	return v.done(settingsPath, "saved")
}

func (v *visit) showSettings(problem string) error {
	now, err := v.Settings(v.ctx())
	if err != nil {
		return err
	}
	return v.showSettingsForm(newForm(now.ETag, settingsValues(now), settingsPath), problem)
}

func (v *visit) showSettingsForm(f form, problem string) error {
	instance, err := v.Instance(v.ctx())
	if err != nil {
		return err
	}
	p := settingsPage{
		URL: copyable{"address", "address", instance.URL}, Version: v.h.Version, Lockdown: instance.Lockdown,
		Form: f, MaySet: v.May(admin.OpSettings), MayLock: v.May(admin.OpLockdown), Phrase: phrase, TypedProblem: problem,
	}
	p.Administrators, p.MoreUsers, err = v.administrators()
	if err != nil {
		return err
	}
	status := f.status()
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return v.show(status, p)
}

// administratorPages bounds how many pages of people are looked at for
// administrators.
const administratorPages = 20

// administrators are those among the people, owners first.
func (v *visit) administrators() ([]administratorRow, bool, error) {
	var owners, others []administratorRow
	list := admin.List{Limit: 100}
	for range administratorPages {
		page, next, err := v.Users(v.ctx(), list)
		if err != nil {
			return nil, false, err
		}
		for _, u := range page {
			row := administratorRow{Email: u.Email, Name: u.Name, Href: userPath(u.Email), States: roleStates(u)}
			switch u.AdminRole {
			case "":
			case "owner":
				owners = append(owners, row)
			default:
				others = append(others, row)
			}
		}
		list.Cursor = next
		if next == "" {
			break
		}
	}
	return append(owners, others...), list.Cursor != "", nil
}

func roleStates(u resource.User) []chip {
	list := []chip{{sentenceCase(roleWord(u.AdminRole)), plain}}
	if !u.Active {
		list = append(list, chip{"Suspended", bad})
	}
	return list
}

// lockedPage says that everything is locked down. The administrator's own session
// is over by then, so that it is the last page for now.
type lockedPage struct{ Again string }

func (lockedPage) heading() heading {
	return heading{Template: "locked", Title: "Everything is locked down", Section: settingsPath}
}

// lockdown closes everything at once, when the phrase is typed.
func lockdown(v *visit) error {
	if strings.TrimSpace(v.fields["typed"]) != phrase {
		err := admin.Allowed(v.Who(), admin.OpLockdown, admin.Target{})
		if err != nil {
			return err
		}
		return v.showSettings("That is not the phrase. Nothing is done.")
	}
	err := v.Lockdown(v.ctx())
	if err != nil {
		return err
	}
	v.h.census.forget()
	return v.show(http.StatusOK, lockedPage{Again: "/signin?next=" + settingsPath})
}

// liftLockdown opens the connectors again, once it is asked for.
func liftLockdown(v *visit) error {
	err := admin.Allowed(v.Who(), admin.OpLockdown, admin.Target{})
	if err != nil {
		return err
	}
	asked, err := v.ask(confirmPage{
		Section: settingsPath, Trail: []link{{"Settings", settingsPath}}, Title: "Lift the lockdown?",
		Text:   "The connectors that were active open again for their groups, at once. Sessions and tokens that were ended stay so: everybody signs in anew. People who were locked one by one stay locked.",
		Action: settingsPath + "/lift", Button: "Lift the lockdown", Back: settingsPath, Keep: "Leave it in force",
	})
	if err != nil || asked {
		return err
	}
	err = v.LiftLockdown(v.ctx())
	if err != nil {
		return err
	}
	return v.done(settingsPath, "lockdown-lifted")
}
