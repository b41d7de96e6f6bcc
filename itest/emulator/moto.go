package emulator

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/gatepost/gatepost/itest/loopback"
	"github.com/gatepost/gatepost/itest/tool"
)

// Moto starts a new, empty moto, for an AWS account, and returns its address. Its
// IAM, STS and Secrets Manager are good; its KMS signs wrongly. Without it the
// test is skipped, or fails where CI=true. It stops when the test ends.
func Moto(t testing.TB, account string) string {
	t.Helper()
	python := tool.Python(t, "moto.server")
	port, err := loopback.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	p, err := start(t.TempDir(), func() bool { return found(address + "/moto-api/data.json") },
		"env", "MOTO_ACCOUNT_ID="+account, python, "-m", "moto.server", "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.stop() })
	return address
}

func found(address string) bool {
	response, err := http.Get(address)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}
