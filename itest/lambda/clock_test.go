package lambda

import (
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/fault"
)

// TestAFunctionWhoseClockIsOffSignsNothing: to the function it is the same whether its
// own clock is off or DynamoDB's.
func TestAFunctionWhoseClockIsOffSignsNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, kumo(t), idp.CustodyKMS)
	p := s.signIn(alice)
	for name, behind := range map[string]time.Duration{"ten minutes ahead": 10 * time.Minute, "ten minutes behind": -10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			s.keys.Forget()
			s.suffers(t, s.tables, trouble{name, fault.Any, fault.Dated(behind)}, p, "/sso/aws-a")
			if signed := strings.Count(strings.Join(s.keys.Calls(), " "), "Sign"); signed != 1 {
				t.Errorf("%d signatures, want that of the launch with the right time alone", signed)
			}
		})
	}
}
