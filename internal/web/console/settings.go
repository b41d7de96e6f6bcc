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
	return heading{Template: "settings", Title: title, Section: settingsPath}
}

func settings(v *visit) error { return v.showSettings("") }

func (v *visit) showSettings(problem string) error {
	instance, err := v.Instance(v.ctx())
	if err != nil {
		return err
	}
	p := settingsPage{
		URL: copyable{"address", "address", instance.URL}, Version: v.h.Version, Lockdown: instance.Lockdown,
		MayLock: v.May(admin.OpLockdown), Phrase: phrase, TypedProblem: problem,
	}
	p.Administrators, p.MoreUsers, err = v.administrators()
	if err != nil {
		return err
	}
	status := http.StatusOK
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
