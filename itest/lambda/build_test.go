// Package lambda tests the deployed shape: the functions' own binaries under
// AWS's Lambda Runtime Interface Emulator, behind a front that plays API Gateway,
// over emulators of DynamoDB, KMS, Secrets Manager, IAM and STS.
package lambda

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"

	// Go remembers the results of tests by what is linked into them. The binaries
	// are built in a process of its own: this is what they are made of.
	_ "github.com/gatepost/gatepost/internal/app/admin"
	_ "github.com/gatepost/gatepost/internal/app/keys"
	_ "github.com/gatepost/gatepost/internal/app/metadata"
	_ "github.com/gatepost/gatepost/internal/app/portal"
	_ "github.com/gatepost/gatepost/internal/app/sso"
	"github.com/gatepost/gatepost/itest/tool"
)

func TestMain(m *testing.M) {
	waitTogether()
	code := m.Run()
	folder, _ := build()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// waitTogether lets more tests run at a time than there are processors, unless it
// was said how many: most of their time they wait for a service that does not answer.
func waitTogether() {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if said || runtime.GOMAXPROCS(0) >= atOnce {
		return
	}
	err := flag.Set("test.parallel", strconv.Itoa(atOnce))
	if err != nil {
		panic(err) // testing has no such flag any more
	}
}

const atOnce = 5 // stages are some processes each

// functions are the folders under functions, each of them a binary. Who is asked by
// another comes before it.
var functions = []string{"keys", "sso", "portal", "metadata", "admin"}

// build makes the bootstrap of each function, as the Makefile does, once for the
// test process: TestMain removes them.
var build = sync.OnceValues(func() (string, error) {
	_, err := exec.LookPath("aws-lambda-rie")
	if err != nil {
		return "", err // nothing will run them
	}
	folder, err := os.MkdirTemp("", "gatepost-lambda-")
	if err != nil {
		return "", err
	}
	for _, name := range functions {
		cmd := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w",
			"-o", filepath.Join(folder, name, "bootstrap"), "./functions/"+name)
		cmd.Dir = filepath.Dir(tool.Root())
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		out, err := cmd.CombinedOutput()
		if err != nil {
			return folder, fmt.Errorf("build function %s: %w\n%s", name, err, out)
		}
	}
	return folder, nil
})

// bootstrap is the binary of a function.
func bootstrap(t testing.TB, name string) string {
	t.Helper()
	tool.Require(t, "aws-lambda-rie")
	folder, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, name, "bootstrap")
}
