package main

import (
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

// What the response states, for us and for the peers.
const (
	entityID    = "https://sso.example.com/metadata/aws-a"
	acs         = "https://signin.aws.amazon.com/saml"
	email       = "alice@example.com"
	nameID      = "n-4f8kx2mvq6w7t3ah"
	rolePair    = "arn:aws:iam::111122223333:role/SAML-User,arn:aws:iam::111122223333:saml-provider/Gatepost"
	roleName    = "https://aws.amazon.com/SAML/Attributes/Role"
	sessionName = "https://aws.amazon.com/SAML/Attributes/RoleSessionName"
	duration    = "https://aws.amazon.com/SAML/Attributes/SessionDuration"
)

// gatepost does what a launch does between its decision and its answer.
func (id *identity) gatepost(both bool) func() (string, error) {
	connector := &idp.Connector{
		Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Active: true,
		EntityID:        entityID,
		Partition:       "aws",
		Roles:           []idp.Role{{RoleARN: "arn:aws:iam::111122223333:role/SAML-User", ProviderARN: "arn:aws:iam::111122223333:saml-provider/Gatepost"}},
		SessionDuration: time.Hour,
		SignResponse:    both,
	}
	user := &idp.User{ID: "u-1", Email: email, NameID: nameID, Active: true}
	return func() (string, error) {
		now := time.Now()
		spec, err := awsfed.Compose(awsfed.Launch{
			Connector:   connector,
			User:        user,
			Session:     &idp.Session{Methods: []idp.Method{idp.MethodPassword}, AuthTime: now, ExpiresAt: now.Add(8 * time.Hour)},
			Roles:       []idp.OpenRole{{Role: connector.Roles[0]}},
			Now:         now,
			ResponseID:  idp.NewID("_"),
			AssertionID: idp.NewID("_"),
			TLS:         true,
		})
		if err != nil {
			return "", err
		}
		options := saml.SigningOptions{Certificate: id.cert, SignResponse: connector.SignResponse}
		prepared, err := saml.Prepare(spec, options, func(doc *saml.Document) error {
			return awsfed.JudgePrepared(doc, connector.EntityID, now).Err()
		})
		if err != nil {
			return "", err
		}
		signed, err := prepared.Sign(id.key)
		if err != nil {
			return "", err
		}
		released, err := signed.Release()
		if err != nil {
			return "", err
		}
		return released.Base64(), nil
	}
}

func (id *identity) verifyGatepost(sent string) error {
	xml, err := saml.Decode(sent)
	if err != nil {
		return err
	}
	doc, err := saml.Read(xml)
	if err != nil {
		return err
	}
	return doc.VerifySignature([][]byte{id.cert.Raw})
}
