package keys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/growtest"
	"github.com/gatepost/gatepost/internal/keys"
)

func TestTheWorkOfReadingAKeyGrowsWithIt(t *testing.T) {
	for name, of := range map[string][2]string{
		"beginnings": {"", "-----BEGIN RSA PRIVATE KEY-----\n"}, "blocks": {"", "-----BEGIN A-----\nAAAA\n-----END A-----\n"}, "hyphens": {"", "-"},
		"headers": {"-----BEGIN A-----\n", "a: b\n"}, "a body": {"-----BEGIN PRIVATE KEY-----\n", "AAAA\n"}, "breaks": {"", "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			growtest.Linear(t, func(n int) string { return of[0] + strings.Repeat(of[1], n/len(of[1])) }, func(pem []byte) { _, _, _ = keys.ParseUpload(pem, pem, time.Now()) })
		})
	}
}
