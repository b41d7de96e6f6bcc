package console

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gatepost/gatepost/itest/chrome"
	"github.com/gatepost/gatepost/itest/server"
)

// gallery looks at pages of the console.
type gallery struct {
	*chrome.Tab
	server *server.Server
}

// pages looks at pages of which each has a layout of its own.
func (g gallery) pages(list []page) {
	g.Helper()
	g.each(list, g.Look)
}

// states looks at pages that are made of what others show already.
func (g gallery) states(list []page) {
	g.Helper()
	g.each(list, g.Glance)
}

func (g gallery) each(list []page, look func(name string)) {
	g.Helper()
	for _, p := range list {
		status := g.Open(p.path)
		if want := max(p.status, http.StatusOK); status != int64(want) {
			g.Errorf("%s answers %d, not %d\n%s", p.path, status, want, g.Describe())
			continue
		}
		if p.shows != "" {
			g.Shows(p.shows)
		}
		look("console-" + p.name)
	}
}

// page is a page as its address gives it.
type page struct {
	name, path, shows string
	status            int // 200 unless it says otherwise
}

func TestThePagesAboutConnectorsAreAccessibleInLightAndDarkWideAndNarrow(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	g := gallery{enter(t, s, owner, "/admin"), s}
	g.pages([]page{
		{name: "overview", path: "/admin", shows: "To look at"},
		{name: "connectors", path: "/admin/connectors"},
		{name: "connector", path: "/admin/connectors/aws-a"},
		{name: "connector-sso", path: "/admin/connectors/aws-a/sso"},
		{name: "connector-roles", path: "/admin/connectors/many/roles"},
		{name: "connector-groups", path: "/admin/connectors/aws-a/groups"},
		{name: "connector-access", path: "/admin/connectors/many/access", shows: alice},
		{name: "connector-activity", path: "/admin/connectors/aws-a/activity"},
		{name: "connector-new", path: "/admin/connectors/new"},
	})
	g.states([]page{
		{name: "connectors-none", path: "/admin/connectors?q=nothing+has+this", shows: "Nothing matches"},
		{name: "connector-bookmark", path: "/admin/connectors/wiki"},
		{name: "connector-draft", path: "/admin/connectors/draft"},
		{name: "connector-access-nobody", path: "/admin/connectors/draft/access", shows: "Nobody yet"},
		{name: "missing", path: "/admin/connectors/none", shows: "There is nothing here", status: http.StatusNotFound},
		{name: "no-page", path: "/admin/none", shows: "There is nothing here", status: http.StatusNotFound},
	})
	g.making()
	g.changing()
	g.trying()
	g.ending()
}

// making are the states of the form for a new connector.
func (g gallery) making() {
	g.Open("/admin/connectors/new")
	g.Type("Label", "AWS A")
	g.Type("AWS account ID", "12")
	g.Press("Details")
	g.Press("Upload one that I have")
	g.Press("Create the connector")
	g.Shows("Is not an AWS account ID")
	g.Glance("console-connector-new-wrong")
	g.Press("A plain link")
	g.Glance("console-connector-new-bookmark")
	g.Open("/admin/connectors/draft")
	g.Press("Activate")
	g.Shows("It cannot be activated yet")
	g.Glance("console-connector-refused")
	g.Open("/admin/connectors/draft")
	g.Type("Type draft to delete it", "draft")
	g.Glance("console-connector-delete")
}

// changing are forms that were refused, and questions.
func (g gallery) changing() {
	g.Open("/admin/connectors/aws-b/sso")
	g.Type("Session duration", "99h")
	g.Press("Save")
	g.Shows("Session duration")
	g.Glance("console-connector-sso-wrong")
	g.Open("/admin/connectors/aws-b/roles")
	g.Type("Value", "SSO-User")
	g.Press("Add a role")
	g.Glance("console-connector-roles-warned")
	g.Open("/admin/connectors/aws-b/groups")
	g.Tick("SSO-AWS-A")
	g.Press("Save")
	g.Shows("Change who can open AWS B?")
	g.Glance("console-connector-groups-ask")
	g.Open("/admin/connectors/aws-a")
	g.Press("Deactivate…")
	g.Glance("console-connector-deactivate")
	g.picture()
}

// picture puts an image on a tile.
func (g gallery) picture() {
	g.Open("/admin/connectors/wiki")
	g.Do(attach("#image-file", g.file("note.png", []byte("not an image"))))
	g.Press("Put it in place")
	g.Glance("console-connector-image-wrong")
	canvas := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		canvas.Set(i%64, i/64, color.RGBA{uint8(i % 64 * 4), 90, uint8(i / 64 * 4), 255})
	}
	var drawn bytes.Buffer
	err := png.Encode(&drawn, canvas)
	if err != nil {
		g.Fatal(err)
	}
	g.Do(attach("#image-file", g.file("tile.png", drawn.Bytes())))
	g.Press("Put it in place")
	g.Shows("The image is in place.")
	g.Glance("console-connector-image")
}

// file writes a file that is to be uploaded.
func (g gallery) file(name string, content []byte) string {
	g.Helper()
	path := filepath.Join(g.TempDir(), name)
	err := os.WriteFile(path, content, 0o600)
	if err != nil {
		g.Fatal(err)
	}
	return path
}

// trying is the test of a connector as a person.
func (g gallery) trying() {
	for _, c := range []struct{ name, email, shows string }{
		{"allowed", alice, "The assertion"},
		{"refused", carol, "The decision"},
		{"unknown", "nobody@example.com", "Email"},
	} {
		g.Open("/admin/connectors/aws-a/test")
		g.Type("Email", c.email)
		g.Press("Test")
		g.Shows(c.shows)
		g.Glance("console-connector-test-" + c.name)
	}
}

// ending has a certificate that ends soon, which every page says then, and the
// deletion of several connectors.
func (g gallery) ending() {
	g.Open("/admin/connectors/draft/sso")
	g.Press("Upload")
	g.Glance("console-key-wrong")
	key, certificate := keyFiles(g, 30*24*time.Hour)
	g.Attach("Private key", key)
	g.Attach("Certificate", certificate)
	g.Press("Upload")
	g.Shows("The key is in place.")
	g.Glance("console-key")
	g.Press("Overview")
	g.Press("Activate")
	g.states([]page{{name: "overview-certificate", path: "/admin", shows: "The certificate of Draft"}})

	for _, slug := range []string{"wiki", "draft"} {
		g.Open("/admin/connectors/" + slug)
		g.Press("Deactivate…")
		g.Press("Deactivate")
	}
	g.Open("/admin/connectors")
	g.Tick("Wiki")
	g.Tick("Draft")
	g.Press("Delete the chosen ones")
	g.Shows("Delete 2 connectors?")
	g.Glance("console-connectors-delete")
}
