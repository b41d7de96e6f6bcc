package console

import (
	"net/http"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/resource"
)

// content is one page: what the layout shows in its middle.
type content interface{ heading() heading }

// heading is what the layout has to know of a page.
type heading struct {
	Template string // file of templates/, without .html
	Title    string // of the window
	Section  string // path of the section that it belongs to
}

// section is a part of the console in the navigation.
type section struct {
	Text  string
	Href  string
	Here  bool // the page is in it
	Exact bool // the page is its first one
}

// sections are the console's parts.
func sections() []section {
	return []section{
		{Text: "Overview", Href: Root},
		{Text: "Connectors", Href: Root + "/connectors"},
		{Text: "Users", Href: Root + "/users"},
		{Text: "Groups", Href: Root + "/groups"},
		{Text: "Events", Href: Root + "/events"},
		{Text: "Tokens", Href: Root + "/tokens"},
		{Text: "Settings", Href: Root + "/settings"},
	}
}

// frame is the data of layout.html.
type frame struct {
	Title    string
	Who      admin.Actor
	Role     string
	Sections []section
	Banners  []banner
	Notice   string
	Refused  []resource.Warning // people whose launch would be refused
	Version  string
	Page     content
}

// banner stands above every page of the console.
type banner struct {
	Tone  tone
	Title string
	Text  string
	Href  string
	Link  string
}

// show answers with a page in its frame.
func (v *visit) show(status int, c content) error {
	banners, err := v.banners()
	if err != nil {
		return err
	}
	notice := ""
	if v.r.Method != http.MethodPost {
		notice = notices[v.fields["done"]]
	}
	f := dress(c, v.r.URL.Path, v.Who(), banners, notice)
	f.Version = v.h.Version
	f.Refused, err = v.refused(c)
	if err != nil {
		return err
	}
	return v.h.face.Write(v.w, status, c.heading().Template, f)
}

func dress(c content, path string, who admin.Actor, banners []banner, notice string) frame {
	head := c.heading()
	f := frame{
		Title: head.Title, Who: who, Role: strings.ReplaceAll(string(who.Role), "-", " "),
		Sections: sections(), Banners: banners, Notice: notice, Page: c,
	}
	for i := range f.Sections {
		f.Sections[i].Here = f.Sections[i].Href == head.Section
		f.Sections[i].Exact = f.Sections[i].Href == path
	}
	return f
}

// banners are what every page of the console says first.
func (v *visit) banners() ([]banner, error) {
	instance, err := v.Instance(v.ctx())
	if err != nil {
		return nil, err
	}
	var list []banner
	if instance.Lockdown {
		list = append(list, lockdownBanner())
	}
	expiring, err := v.expiring()
	if err != nil {
		return nil, err
	}
	return append(list, expiring...), nil
}

func lockdownBanner() banner {
	return banner{
		Tone: bad, Title: "Lockdown is in force.", Text: "Nobody can open anything. An owner lifts it.",
		Href: Root + "/settings", Link: "Go to the settings",
	}
}
