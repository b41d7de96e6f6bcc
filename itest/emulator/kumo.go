package emulator

import (
	"net/http/httptest"
	"testing"

	"github.com/sivchari/kumo"
)

// Kumo starts a new, empty kumo in the test process and returns its address. It
// needs nothing but Go. It is a third party's emulator: what it accepts, another
// one must accept too. It stops when the test ends.
func Kumo(t testing.TB) string {
	t.Helper()
	server := kumo.NewServer()
	t.Cleanup(server.Close)
	front := httptest.NewServer(newMended(server.URL, needs{pages: true}))
	t.Cleanup(front.Close)
	return front.URL
}
