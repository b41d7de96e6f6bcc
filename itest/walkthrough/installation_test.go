package walkthrough

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

// What the guide has in places of its reader's own.
const (
	guideURL   = "http://localhost:8080"
	guideToken = "gp_…"
	password   = "a few unrelated words do well"
	account    = "111122223333"
)

const (
	ada   = "ada@example.com"
	alice = "alice@example.com" // of both groups
	bob   = "bob@example.com"   // of the first only
	carol = "carol@example.com" // of none
)

// installation is a Gatepost that began with an empty folder, and its
// administrator's terminal.
type installation struct {
	testing.TB
	guide  guide
	server *server.Server
	folder string // that the commands run in
	path   string // of programs
	token  string // of the config API
	moto   string // address of IAM and STS
}

// begin does what the guide has under "Begin", but for the clicks.
func begin(t testing.TB) *installation {
	t.Helper()
	for _, program := range []string{"bash", "curl", "openssl", "xmlsec1"} {
		tool.Require(t, program)
	}
	in := &installation{TB: t, guide: readGuide(t), folder: t.TempDir()}
	if !strings.HasSuffix(in.guide.piece(t, "begin: serve"), "\ngatepost serve") {
		t.Error("the guide begins otherwise than this test")
	}
	in.moto = emulator.Moto(t, account)
	in.path = in.programs() + string(os.PathListSeparator) + os.Getenv("PATH")
	in.server = server.Start(t, filepath.Join(t.TempDir(), "data"))
	in.server.Password = password
	in.shell("begin: key")
	return in
}

// programs is a folder with the programs that the guide takes for granted: the
// gatepost that was built, and something that takes the AWS CLI's commands.
func (in *installation) programs() string {
	in.Helper()
	folder := in.TempDir()
	err := os.Symlink(server.Binary(in), filepath.Join(folder, "gatepost"))
	if err != nil {
		in.Fatal(err)
	}
	script := filepath.Join(tool.Root(), "walkthrough", "aws.py")
	aws := "#!/bin/sh\nexec " + tool.Python(in, "botocore.session") + " '" + script + `' "$@"` + "\n"
	err = os.WriteFile(filepath.Join(folder, "aws"), []byte(aws), 0o755)
	if err != nil {
		in.Fatal(err)
	}
	return folder
}

// filled is a text of the guide with what is its reader's own.
func (in *installation) filled(text string) string {
	return strings.NewReplacer(guideURL, in.server.URL, guideToken, in.token).Replace(text)
}

// shell runs pieces of the guide as one script and returns what it printed.
func (in *installation) shell(names ...string) string {
	in.Helper()
	return in.run("", names...)
}

// typed runs a piece of the guide on a terminal, on which a person types.
func (in *installation) typed(keys string, names ...string) string {
	in.Helper()
	if runtime.GOOS != "linux" {
		tool.Missing(in, "the script of util-linux, which gives a command a terminal")
	}
	tool.Require(in, "script")
	return in.run(keys, names...)
}

func (in *installation) run(keys string, names ...string) string {
	in.Helper()
	script := "set -euo pipefail\n"
	for _, name := range names {
		script += in.filled(in.guide.piece(in, name)) + "\n"
	}
	file := filepath.Join(in.TempDir(), "script.sh")
	err := os.WriteFile(file, []byte(script), 0o600)
	if err != nil {
		in.Fatal(err)
	}
	cmd := exec.CommandContext(in.Context(), "bash", file)
	if keys != "" {
		cmd = exec.CommandContext(in.Context(), "script", "-qefc", "bash '"+file+"'", os.DevNull)
		cmd.Stdin = strings.NewReader(keys)
	}
	cmd.Dir = in.folder
	cmd.Env = []string{
		"PATH=" + in.path, "HOME=" + in.folder, "TERM=dumb",
		"AWS_ENDPOINT_URL=" + in.moto, "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		in.Fatalf("%q: %v\n%s", names, err, out)
	}
	return string(out)
}

// newPassword follows a one-time link, as the person does whom it was sent to.
func (in *installation) newPassword(link string) {
	in.Helper()
	u, err := url.Parse(link)
	if err != nil {
		in.Fatal(err)
	}
	p := in.server.Visitor(in)
	form := p.Get(in, u.RequestURI()).FormWith(in, "password")
	form.Fields.Set("password", password)
	form.Fields.Set("repeat", password)
	page := p.Submit(in, form)
	if page.Status != http.StatusSeeOther {
		in.Fatalf("a new password is answered %d\n%s", page.Status, page.Body)
	}
}

// firstOwner does by forms what "begin: owner" and "begin: token" say, for the ways
// that need no browser.
func (in *installation) firstOwner() {
	in.Helper()
	p := in.server.Visitor(in)
	setup, err := url.Parse(in.server.Printed("setup:"))
	if err != nil {
		in.Fatal(err)
	}
	form := p.Get(in, setup.RequestURI()).FormWith(in, "email")
	form.Fields.Set("email", ada)
	form.Fields.Set("name", "Ada")
	in.newPassword(in.first(`href="([^"]*/password\?token=[^"]*)"`, p.Submit(in, form).Body))

	owner := in.server.SignIn(in, ada)
	form = owner.Get(in, "/admin/tokens").FormWith(in, "scope")
	form.Fields.Set("name", "the walkthrough")
	form.Fields.Set("scope", "write")
	form.Fields.Set("lifetime", "1h")
	in.token = in.first(`id="token">(gp_[^<]+)<`, owner.Submit(in, form).Body)
}

// first is what a pattern finds in a page.
func (in *installation) first(pattern, body string) string {
	in.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(body)
	if found == nil {
		in.Fatalf("no %s in\n%s", pattern, body)
	}
	return html.UnescapeString(found[1])
}
