// Package tables wires the store over DynamoDB.
package tables

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	service "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
)

// Open makes the store. It makes no call: a table that is not there shows at
// first use. While this machine's clock is off, nothing is read or written.
func Open(config aws.Config, c environment.Config) *store.Store {
	var clock environment.Clock
	clock.Watch(&config)
	client := service.NewFromConfig(config, func(o *service.Options) {
		o.BaseEndpoint = environment.Endpoint("dynamodb")
	})
	names := dynamodb.Names{Config: c.ConfigTable, Directory: c.DirectoryTable, Activity: c.ActivityTable}
	s := store.New(dynamodb.New(client, names, dynamodb.Options{Now: time.Now, Skew: clock.Skew}), time.Now)
	if c.EventRetention > 0 {
		s.KeepEvents(c.EventRetention)
	}
	return s
}
