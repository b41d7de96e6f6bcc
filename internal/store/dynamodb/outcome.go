package dynamodb

import (
	"errors"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/gatepost/gatepost/internal/store"
)

// outcome is what is known after a try.
type outcome int

const (
	settled outcome = iota // it succeeded, a condition failed, or an item cannot be read
	broken                 // it did not happen, nor will a repeat: no permission, no such table
	refused                // it did not happen; a repeat may
	lost                   // it may have happened; a repeat will tell
)

// outcomeOf judges the error of a try. See [Programmatic error handling] for what
// the service's codes mean. What is not an answer of the service may have lost
// one, unless no connection was made.
//
// [Programmatic error handling]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
func outcomeOf(err error) outcome {
	switch {
	case err == nil, len(failures(err)) > 0, errors.Is(err, store.ErrFormat):
		return settled
	case errors.Is(err, errUnprocessed):
		return refused
	}
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return outcomeOfCancelled(cancelled)
	}
	var answer smithy.APIError
	if errors.As(err, &answer) {
		return outcomeOfAnswer(err, answer)
	}
	var connection *net.OpError
	if errors.As(err, &connection) && connection.Op == "dial" {
		return refused
	}
	return lost
}

func outcomeOfAnswer(err error, answer smithy.APIError) outcome {
	switch answer.ErrorCode() {
	case "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "RequestLimitExceeded",
		"TransactionConflictException", "ReplicatedWriteConflictException":
		return refused
	case "TransactionInProgressException": // our own earlier try
		return lost
	}
	var status interface{ HTTPStatusCode() int }
	if errors.As(err, &status) && status.HTTPStatusCode() >= http.StatusInternalServerError {
		return lost
	}
	if answer.ErrorFault() == smithy.FaultServer {
		return lost
	}
	return broken
}

// outcomeOfCancelled judges a transaction that no condition kept from happening.
func outcomeOfCancelled(cancelled *types.TransactionCanceledException) outcome {
	for _, reason := range cancelled.CancellationReasons {
		switch aws.ToString(reason.Code) {
		case "ValidationError", "ItemCollectionSizeLimitExceeded":
			return broken
		}
	}
	return refused // another transaction was in the way, or too much to do
}
