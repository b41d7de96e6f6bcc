package emulator

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	service "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
)

// Client is the SDK's DynamoDB client, as the product uses it, at an address.
func Client(address string) *service.Client {
	return service.New(service.Options{
		Region:       "eu-central-1",
		BaseEndpoint: aws.String(address),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
		HTTPClient:   environment.Send(awshttp.NewBuildableClient()),
	})
}

// made counts sets of tables, which share an emulator.
var made atomic.Int64

// Tables makes the three tables, empty, and removes them when the test ends.
func Tables(t testing.TB, client *service.Client) dynamodb.Names {
	t.Helper()
	n := made.Add(1)
	name := func(table store.Table) string { return fmt.Sprintf("gatepost-%d-%s", n, table) }
	for _, d := range dynamodb.Definitions() {
		_, err := client.CreateTable(t.Context(), tableInput(name(d.Table), d))
		if err != nil {
			t.Fatalf("create table: %v", err)
		}
		t.Cleanup(func() {
			_, err := client.DeleteTable(context.WithoutCancel(t.Context()), &service.DeleteTableInput{TableName: aws.String(name(d.Table))})
			if err != nil {
				t.Logf("delete table: %v", err)
			}
		})
	}
	return dynamodb.Names{Config: name(store.Config), Directory: name(store.Directory), Activity: name(store.Activity)}
}

// tableInput is the definition of a table as CreateTable takes it. Time to live
// is left off: the end of items is the store's to keep, and an emulator that
// removed them sooner would hide it when it does not.
func tableInput(name string, d dynamodb.Definition) *service.CreateTableInput {
	input := &service.CreateTableInput{
		TableName:            aws.String(name),
		BillingMode:          types.BillingModePayPerRequest,
		KeySchema:            keySchema(d.Key),
		AttributeDefinitions: attributeDefinitions(d.Key),
	}
	for _, index := range d.Indexes {
		input.AttributeDefinitions = append(input.AttributeDefinitions, attributeDefinitions(index.Key)...)
		input.GlobalSecondaryIndexes = append(input.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName:  aws.String(string(index.Name)),
			KeySchema:  keySchema(index.Key),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		})
	}
	return input
}

func keySchema(key dynamodb.KeySchema) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(key.Partition), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(key.Sort), KeyType: types.KeyTypeRange},
	}
}

func attributeDefinitions(key dynamodb.KeySchema) []types.AttributeDefinition {
	return []types.AttributeDefinition{
		{AttributeName: aws.String(key.Partition), AttributeType: types.ScalarAttributeTypeS},
		{AttributeName: aws.String(key.Sort), AttributeType: types.ScalarAttributeTypeS},
	}
}
