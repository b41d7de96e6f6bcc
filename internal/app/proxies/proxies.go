// Package proxies reads what stands before this process: for whoever is reached
// from outside, and for nobody else, so that a function without a face links none.
package proxies

import (
	"os"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Read reads the environment. It returns idp.Problems for what is wrong with its
// variables.
func Read() (reqctx.Via, error) {
	return reqctx.ReadVia(os.Getenv(environment.TrustedProxy), os.Getenv(environment.OriginSecret))
}
