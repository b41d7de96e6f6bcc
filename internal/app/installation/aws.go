package installation

import (
	"context"
	"fmt"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/app/custody"
	"github.com/gatepost/gatepost/internal/app/environment"
	"github.com/gatepost/gatepost/internal/app/tables"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/signin"
)

// OpenAWS opens a deployment, by the environment that the functions have and the caller's
// own AWS credentials (files, profiles, single sign-on). Keys are made by the
// function that GATEPOST_KEYS_FUNCTION names; without one they are made here,
// which the policies of a deployment do not allow: it is for emulators.
func OpenAWS(ctx context.Context, c environment.Config, now func() time.Time) (*Installation, error) {
	loaded, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(awshttp.NewBuildableClient()))
	if err != nil {
		return nil, fmt.Errorf("load AWS configuration: %w", err)
	}
	loaded.HTTPClient = environment.Send(loaded.HTTPClient)
	i := &Installation{Store: tables.Open(loaded, c)}
	i.SignIn = signin.New(i.Store, now)
	custodians := custody.Open(loaded, c)
	i.keys = custodians
	i.Admin = &admin.Service{Store: i.Store, Passwords: i.SignIn, URL: c.URL.String(), Now: now}
	if c.KeysFunction != "" {
		client := lambda.NewFromConfig(loaded, func(o *lambda.Options) { o.BaseEndpoint = environment.Endpoint("lambda") })
		i.Admin.Keys = desk.NewClient(client, c.KeysFunction)
		return i, nil
	}
	i.Admin.Keys = &keys.Keeper{Custodians: custodians.All(), Default: c.MadeIn(), Uploads: idp.CustodySecrets, Store: i.Store, Now: now}
	return i, nil
}
