package proxies

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/app/environment"
)

func TestReadTellsEverythingThatIsWrong(t *testing.T) {
	t.Setenv(environment.TrustedProxy, "0.0.0.0/0")
	t.Setenv(environment.OriginSecret, "short")
	_, err := Read()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{environment.TrustedProxy, environment.OriginSecret} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
}
