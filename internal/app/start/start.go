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
	c, err := environment.Read(append(needs, environment.Region)...)
	log := logger(c.LogLevel)
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

// logger writes as Lambda's logging configuration wants it, with the runtime's
// request ID in each line. Lambda's handler knows its level by Lambda's own
// variable alone.
func logger(level slog.Level) *slog.Logger {
	err := os.Setenv("AWS_LAMBDA_LOG_LEVEL", level.String())
	log := slog.New(shown{lambdacontext.NewLogHandler()})
	if err != nil {
		log.Warn("log level not set", "error", err)
	}
	return log
}
