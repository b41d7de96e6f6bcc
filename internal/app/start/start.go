// Package start is what every function does when its sandbox starts: log as
// Lambda wants it, read the environment, wire, and hand over to the runtime.
package start

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/gatepost/gatepost/internal/app/environment"
)

// Run starts a function that needs the given variables. wire makes what the
// runtime calls. A configuration that is wrong ends the process with every fault
// in the log, so that the deployment fails and no request is answered by halves.
func Run[F any](needs []string, wire func(environment.Config, *slog.Logger) (F, error)) {
	c, err := environment.Read(needs...)
	log := slog.New(lambdacontext.NewLogHandler(lambdacontext.WithLevel(c.LogLevel)))
	if err == nil {
		var function F
		function, err = wire(c, log)
		if err == nil {
			lambda.Start(function)
			return
		}
	}
	log.Error("function cannot start", "error", err)
	os.Exit(1)
}
