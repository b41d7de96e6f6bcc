package emulator

import (
	"fmt"
	"testing"

	"github.com/gatepost/gatepost/itest/loopback"
	"github.com/gatepost/gatepost/itest/tool"
)

// LocalKMS starts a new, empty local-kms and returns its address. It is a second
// KMS, unlike kumo's. Without local-kms the test is skipped, or fails where
// CI=true. It stops when the test ends.
func LocalKMS(t testing.TB) string {
	t.Helper()
	program := tool.Require(t, "local-kms")
	port, err := loopback.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	folder := t.TempDir()
	p, err := start(folder, func() bool { return answers(address) },
		"env", fmt.Sprintf("PORT=%d", port), "KMS_DATA_PATH="+folder, "KMS_ACCOUNT_ID=111122223333", "KMS_REGION=eu-central-1", program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.stop() })
	return address
}
