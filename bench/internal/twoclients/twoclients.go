// Package twoclients is a function that makes a DynamoDB and a KMS client before
// its first request, and does nothing besides. It is what the start of ours is
// compared with: any program that did our job would have these two.
//
// What a launch asks of the services, and no more of the SDK, is linked, since the
// linker leaves out the operations that a program never calls. None of it runs in
// a measurement.
package twoclients

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// Run makes the clients and hands over to the runtime. It does not return.
func Run(settings aws.Config) {
	f := function{store: dynamodb.NewFromConfig(settings), keys: kms.NewFromConfig(settings)}
	lambda.Start(f.answer)
}

type function struct {
	store *dynamodb.Client
	keys  *kms.Client
}

func (f function) answer(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	if request.RawPath == "/work" {
		err := f.work(ctx)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: "ok\n"}, nil
}

// work is one read, one signature and one conditional write.
func (f function) work(ctx context.Context) error {
	key := map[string]dynamodbtypes.AttributeValue{"pk": &dynamodbtypes.AttributeValueMemberS{Value: "key"}}
	_, err := f.store.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{
		TransactItems: []dynamodbtypes.TransactGetItem{{Get: &dynamodbtypes.Get{TableName: aws.String("table"), Key: key}}},
	})
	if err != nil {
		return err
	}
	_, err = f.keys.Sign(ctx, &kms.SignInput{
		KeyId: aws.String("key"), Message: make([]byte, 32), MessageType: kmstypes.MessageTypeDigest,
		SigningAlgorithm: kmstypes.SigningAlgorithmSpecRsassaPkcs1V15Sha256,
	})
	if err != nil {
		return err
	}
	_, err = f.store.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String("table"), Item: key, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	})
	return err
}
