package blackbox

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/itest/emulator"
	"github.com/gatepost/gatepost/itest/server"
	"github.com/gatepost/gatepost/itest/tool"
)

// deployment is the command line on the tables of a deployment, which an emulator
// stands in for. Keys are made by the command itself, in the custody under test:
// the function that makes them elsewhere has its own tests.
type deployment struct {
	*testing.T
	environment []string
}

func newDeployment(t *testing.T, custody string) *deployment {
	t.Helper()
	address := emulator.Kumo(t)
	names := emulator.Tables(t, emulator.Client(address))
	return &deployment{t, []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(),
		"AWS_ENDPOINT_URL=" + address, "AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
		"GATEPOST_URL=https://sso.example.com", "GATEPOST_KEY_CUSTODY=" + custody,
		"GATEPOST_SIGNER_ROLES=arn:aws:iam::000000000000:role/sso,arn:aws:iam::000000000000:role/keys",
		"GATEPOST_CONFIG_TABLE=" + names.Config, "GATEPOST_DIRECTORY_TABLE=" + names.Directory, "GATEPOST_ACTIVITY_TABLE=" + names.Activity,
	}}
}

func (d *deployment) command(args ...string) *exec.Cmd {
	d.Helper()
	cmd := exec.CommandContext(d.Context(), server.Binary(d), append([]string{"--store", "dynamodb"}, args...)...)
	cmd.Env, cmd.Dir = d.environment, d.TempDir()
	cmd.Stdin = strings.NewReader(password + "\n")
	return cmd
}

func (d *deployment) run(args ...string) (string, string, int) {
	d.Helper()
	var out, errs bytes.Buffer
	cmd := d.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func (d *deployment) must(args ...string) string {
	d.Helper()
	out, errs, code := d.run(args...)
	if code != 0 {
		d.Fatalf("gatepost %s: exit %d\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

func TestTheCommandLineWorksOnTablesAsOnAFolder(t *testing.T) {
	for _, custody := range []string{"kms", "secretsmanager"} {
		t.Run(custody, func(t *testing.T) {
			d := newDeployment(t, custody)
			const iam = "arn:aws:iam::111122223333:"
			d.must("connector", "create", "aws-a", "--label", "AWS A", "--role", iam+"role/SAML-User,"+iam+"saml-provider/Gatepost")
			d.must("group", "create", "SSO-AWS-A")
			d.must("user", "create", "alice@example.com", "--password-stdin")
			d.must("group", "add-member", "SSO-AWS-A", "alice@example.com")
			d.must("connector", "grant", "aws-a", "SSO-AWS-A")
			d.must("connector", "activate", "aws-a")
			if out := d.must("key", "show", "--connector", "aws-a"); !strings.Contains(out, custody+", generated") {
				t.Errorf("the key is shown as\n%s", out)
			}
			if out := d.must("connector", "metadata", "aws-a"); !strings.Contains(out, `entityID="https://sso.example.com/metadata/aws-a"`) {
				t.Errorf("the metadata is\n%s", out)
			}
			if out := d.must("connector", "access", "aws-a"); !strings.Contains(out, "alice@example.com") {
				t.Errorf("access is\n%s", out)
			}
			_, errs, code := d.run("user", "show", "nobody@example.com")
			if code != 1 || !strings.Contains(errs, "not found") {
				t.Errorf("somebody who is not there: exit %d, %s", code, errs)
			}
			_, errs, code = d.run("--data", "x", "user", "list")
			if code != 2 || !strings.Contains(errs, "two stores") {
				t.Errorf("two stores: exit %d, %s", code, errs)
			}
		})
	}
}

func TestServeWorksOnTablesAndSaysForWhom(t *testing.T) {
	d := newDeployment(t, "kms")
	address := fmt.Sprintf("127.0.0.1:%d", server.FreePort(t))
	var log bytes.Buffer
	cmd := d.command("serve", "--demo", "--addr", address, "--url", "http://"+strings.Replace(address, "127.0.0.1", "localhost", 1))
	cmd.Stderr = &log
	err := cmd.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get("http://" + strings.Replace(address, "127.0.0.1", "localhost", 1) + "/metadata/aws-b")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Now().After(end) {
			t.Fatalf("no metadata: %v", err)
		}
	}
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
	if !strings.Contains(log.String(), "works against emulators only") {
		t.Errorf("serve does not say that it works against emulators only:\n%s", log.String())
	}
}

func TestTablesThatAreNotNamedAreAskedFor(t *testing.T) {
	d := &deployment{t, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "AWS_REGION=eu-central-1"}}
	_, errs, code := d.run("user", "list")
	if code != 2 || !strings.Contains(errs, "GATEPOST_CONFIG_TABLE") || !strings.Contains(errs, "GATEPOST_URL") {
		t.Errorf("exit %d\n%s", code, errs)
	}
}

// On a deployment the command line makes no keys: it asks the function that may.
func TestKeysOfADeploymentAreMadeByTheFunction(t *testing.T) {
	d := newDeployment(t, "kms")
	program := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "lambda.norpc", "-o", program, "./functions/keys")
	build.Dir = filepath.Dir(tool.Root()) // of the product
	out, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("build the function: %v\n%s", err, out)
	}
	environment := map[string]string{"GATEPOST_STACK": "gatepost"}
	for _, pair := range d.environment {
		name, value, _ := strings.Cut(pair, "=")
		environment[name] = value
	}
	function := emulator.Lambda(t, program, environment)
	// Without a custody of its own the command could not make one by itself.
	d.environment = append(d.environment, "GATEPOST_KEYS_FUNCTION=function", "AWS_ENDPOINT_URL_LAMBDA="+function.URL,
		"AWS_ENDPOINT_URL_KMS=http://127.0.0.1:1", "AWS_ENDPOINT_URL_SECRETS_MANAGER=http://127.0.0.1:1")

	const iam = "arn:aws:iam::111122223333:"
	d.must("connector", "create", "aws-a", "--role", iam+"role/A,"+iam+"saml-provider/G")
	if shown := d.must("key", "show", "--connector", "aws-a"); !strings.Contains(shown, "kms, generated") {
		t.Errorf("the key is shown as\n%s", shown)
	}
	key, certificate := keyFiles(t)
	d.must("key", "upload", "--connector", "aws-a", "--private-key", key, "--certificate", certificate)
	if shown := d.must("key", "show", "--connector", "aws-a"); !strings.Contains(shown, "secretsmanager, uploaded") {
		t.Errorf("the uploaded key is shown as\n%s", shown)
	}
	_, errs, code := d.run("key", "upload", "--connector", "aws-a", "--private-key", certificate, "--certificate", key)
	if code != 1 || !strings.Contains(errs, "private_key: has a certificate") || strings.Contains(errs, "BEGIN") {
		t.Errorf("an upload the wrong way round: exit %d\n%s", code, errs)
	}
	d.must("connector", "activate", "aws-a")
	d.must("connector", "deactivate", "aws-a")
	d.must("connector", "delete", "aws-a")
}
