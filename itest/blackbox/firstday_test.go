package blackbox

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/fault"
	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

// firstDay is docs/first-day.sh on a deployment that emulators stand in for: one of
// DynamoDB and Secrets Manager, one of KMS, and one of IAM, STS and Lambda.
type firstDay struct {
	deployment
	kms, secrets *fault.Proxy
}

func newFirstDay(t *testing.T, kms string) *firstDay {
	t.Helper()
	tool.Require(t, "aws")
	tool.Require(t, "openssl")
	tool.Require(t, "curl")
	d := &firstDay{deployment: *newDeployment(t, "kms")}
	var cloud string
	for _, variable := range d.environment {
		if address, found := strings.CutPrefix(variable, "AWS_ENDPOINT_URL="); found {
			cloud = address
		}
	}
	if kms == "" {
		kms = cloud
	}
	d.kms, d.secrets = fault.New(t, kms), fault.New(t, cloud)
	moto := emulator.Moto(t, "111122223333")
	host := fmt.Sprintf("localhost:%d", server.FreePort(t))
	d.environment = append(d.environment,
		"AWS_ENDPOINT_URL_KMS="+d.kms.URL, "AWS_ENDPOINT_URL_SECRETS_MANAGER="+d.secrets.URL,
		"AWS_ENDPOINT_URL_STS="+moto, "AWS_ENDPOINT_URL_IAM="+moto, "AWS_ENDPOINT_URL_LAMBDA="+moto, "AWS_ENDPOINT_URL_CLOUDTRAIL="+moto,
		"AWS_PAGER=", "GATEPOST_BIN="+server.Binary(t), "FIRST_DAY_PAUSE=0", "GATEPOST_URL=http://"+host,
	)
	d.serve(host)
	return d
}

// serve plays the functions, all in one process.
func (d *firstDay) serve(host string) {
	d.Helper()
	cmd := d.command("serve", "--addr", strings.Replace(host, "localhost", "127.0.0.1", 1), "--url", "http://"+host)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	err := cmd.Start()
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if d.Failed() {
			d.Logf("serve wrote:\n%s", log.String())
		}
	})
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get("http://" + host + "/healthz")
		if err == nil {
			_ = answer.Body.Close()
			return
		}
		if time.Now().After(end) {
			d.Fatalf("serve does not answer: %v", err)
		}
	}
}

func (d *firstDay) script(arguments ...string) (string, int) {
	d.Helper()
	cmd := exec.CommandContext(d.Context(), "bash", append([]string{filepath.Join(tool.Root(), "..", "docs", "first-day.sh")}, arguments...)...)
	cmd.Env, cmd.Dir = d.environment, d.TempDir()
	out, _ := cmd.CombinedOutput() // the code tells
	return string(out), cmd.ProcessState.ExitCode()
}

// verdicts are the lines of a run, each without what follows its colon.
func verdicts(out, verdict string) []string {
	var all []string
	for line := range strings.Lines(out) {
		if rest, found := strings.CutPrefix(line, verdict); found {
			all = append(all, strings.TrimSpace(rest))
		}
	}
	return all
}

func TestTheFirstDaysScriptSeesWhatEmulatorsCanShowAndLeavesNothing(t *testing.T) {
	for name, kms := range map[string]func(t testing.TB) string{
		"kumo's KMS": func(testing.TB) string { return "" },
		"local-kms":  emulator.LocalKMS,
	} {
		t.Run(name, func(t *testing.T) {
			d := newFirstDay(t, kms(t))
			out, code := d.script("--yes")
			// The emulator's STS does not heed SessionNotOnOrAfter, and the script sees it.
			bad := verdicts(out, "NO ")
			if len(bad) != 1 || !strings.HasPrefix(bad[0], "3 STS gives a session until") || code != 1 {
				t.Fatalf("exit %d:\n%s", code, out)
			}
			seen := strings.Join(verdicts(out, "ok "), "\n")
			for _, word := range []string{
				"1 a key was made and signed its certificate: kms, generated", "2 portal sets a password", "2 portal refuses a wrong password",
				"2 portal signs in", "2 sso reads, signs", "5 a secret was written and read right after", "5 sso reads the secret and signs",
			} {
				if !strings.Contains(seen, word) {
					t.Errorf("it does not say %q:\n%s", word, out)
				}
			}
			if !strings.Contains(out, "3 STS gives a session until") || !strings.Contains(out, "4 which ID CloudTrail shows") {
				t.Errorf("STS and CloudTrail are passed over:\n%s", out)
			}
			for _, list := range [][]string{{"connector", "list"}, {"group", "list"}, {"user", "list"}} {
				if left := d.must(list...); strings.Contains(left, "first-day") {
					t.Errorf("%v: left behind:\n%s", list, left)
				}
			}
			if !slices.Contains(d.kms.Calls(), "ScheduleKeyDeletion") || !slices.Contains(d.secrets.Calls(), "DeleteSecret") {
				t.Errorf("keys are left behind: %v %v", d.kms.Calls(), d.secrets.Calls())
			}
		})
	}
}

func TestTheFirstDaysScriptSaysNoAndWhy(t *testing.T) {
	d := newFirstDay(t, "")
	d.kms.Always("CreateKey", fault.Answer(400, "AccessDeniedException"))
	out, code := d.script("--yes")
	if code != 1 || !slices.Contains(verdicts(out, "NO "), "1 no key was made") || !strings.Contains(out, "could not be made") {
		t.Errorf("no key can be made: exit %d\n%s", code, out)
	}
	d.kms.Heal()
	d.secrets.Always("GetSecretValue", fault.Answer(400, "ResourceNotFoundException"))
	out, code = d.script("--yes")
	no := slices.DeleteFunc(verdicts(out, "NO "), func(s string) bool { return strings.HasPrefix(s, "3 STS gives") }) // the emulator's own
	if code != 1 || len(no) != 1 || !strings.HasPrefix(no[0], "5 ") {
		t.Errorf("a secret cannot be read: exit %d\n%s", code, out)
	}
}

func TestTheFirstDaysScriptTellsWhatItLacks(t *testing.T) {
	tool.Require(t, "aws")
	d := &firstDay{deployment: deployment{t, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GATEPOST_BIN=" + server.Binary(t)}}}
	for arguments, want := range map[string]string{"--yes": "GATEPOST_URL is not set", "cloudtrail": "there is no first-day.ids", "--what": "first-day.sh cloudtrail"} {
		out, code := d.script(arguments)
		if code != 2 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d, %s", arguments, code, out)
		}
	}
}
