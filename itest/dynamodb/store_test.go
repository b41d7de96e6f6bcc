// Package dynamodb tests the DynamoDB store over the SDK that the product uses,
// on real emulators.
package dynamodb

import (
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/internal/store/storetest"
	"github.com/gatepost/gatepost/itest/emulator"
)

// patient gives a busy machine time: none of the suites is about slowness.
func patient(now func() time.Time) dynamodb.Options {
	return dynamodb.Options{Now: now, Patience: time.Minute, Budget: 2 * time.Minute}
}

func onKumo(t *testing.T, now func() time.Time) store.Tables {
	t.Helper()
	client := emulator.Client(emulator.Kumo(t))
	return dynamodb.New(client, emulator.Tables(t, client), patient(now))
}

func onLocal(t *testing.T, now func() time.Time) store.Tables {
	t.Helper()
	client := emulator.Client(emulator.DynamoDBLocal(t))
	return dynamodb.New(client, emulator.Tables(t, client), patient(now))
}

func TestTablesOnKumo(t *testing.T) {
	t.Parallel()
	storetest.Run(t, onKumo)
}

func TestRepositoriesOnKumo(t *testing.T) {
	t.Parallel()
	storetest.RunRepositories(t, onKumo)
}

func TestTablesOnDynamoDBLocal(t *testing.T) {
	t.Parallel()
	storetest.Run(t, onLocal)
}

func TestRepositoriesOnDynamoDBLocal(t *testing.T) {
	t.Parallel()
	storetest.RunRepositories(t, onLocal)
}
