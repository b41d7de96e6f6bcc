// Command clients is the function of package twoclients as AWS's guide to the SDK
// shows it: configured by the SDK's loader.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/gatepost/gatepost/bench/internal/twoclients"
)

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "clients:", err)
		os.Exit(1)
	}
	twoclients.Run(settings)
}
