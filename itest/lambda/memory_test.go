package lambda

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// TestPasswordsFitIntoTheMemoryOfTheFunction: each is hashed in 19 MiB, one after the
// other, and none of it may be left over until Lambda ends the sandbox.
func TestPasswordsFitIntoTheMemoryOfTheFunction(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	for i := range 30 {
		s.trySignIn(s.visitor(), fmt.Sprintf("nobody%d@example.com", i))
	}
	limit, err := strconv.Atoi(s.given["portal"]["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
	s.must(err)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.sandbox["portal"].PID()))
	s.must(err)
	found := highWater.FindSubmatch(status)
	if found == nil {
		t.Fatal("the system does not tell the memory of a process")
	}
	peak, err := strconv.Atoi(string(found[1]))
	s.must(err)
	t.Logf("%d MiB of %d", peak>>10, limit)
	if peak>>10 > limit/2 { // the other half is for what else a sandbox holds
		t.Errorf("30 sign-ins took %d MiB; the function has %d", peak>>10, limit)
	}
}
