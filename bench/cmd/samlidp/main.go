// Command samlidp is the identity provider that comes with crewjam/saml, with one
// person and one service provider: AWS, opened by /login/aws-a. It keeps all in
// memory and is there for its speed to be compared with ours.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"time"

	"github.com/crewjam/saml"
	"github.com/crewjam/saml/samlidp"
	dsig "github.com/russellhaering/goxmldsig"
)

func main() {
	password := flag.String("password", "", "of alice")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, *password)
	if err != nil {
		fmt.Fprintln(os.Stderr, "samlidp:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, password string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	provider, err := newProvider("http://"+listener.Addr().String(), password)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: provider, ReadHeaderTimeout: 10 * time.Second}
	fmt.Println("url:", "http://"+listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return server.Shutdown(context.WithoutCancel(ctx))
	}
}

func newProvider(address, password string) (*samlidp.Server, error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	certificate, err := selfSigned(key)
	if err != nil {
		return nil, err
	}
	server, err := samlidp.New(samlidp.Options{
		URL: *at, Key: key, Certificate: certificate, Store: &samlidp.MemoryStore{},
		Logger: log.New(os.Stderr, "", log.LstdFlags),
	})
	if err != nil {
		return nil, err
	}
	server.IDP.SignatureMethod = dsig.RSASHA256SignatureMethod
	return server, fill(server, password)
}

func selfSigned(key *rsa.PrivateKey) (*x509.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "samlidp"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// fill puts the person, AWS and the way from one to the other by the provider's
// own API.
func fill(server http.Handler, password string) error {
	const acs = "https://signin.aws.amazon.com/saml"
	aws, err := xml.Marshal(&saml.EntityDescriptor{
		EntityID: "urn:amazon:webservices",
		SPSSODescriptors: []saml.SPSSODescriptor{{
			AssertionConsumerServices: []saml.IndexedEndpoint{{Binding: saml.HTTPPostBinding, Location: acs}},
		}},
	})
	if err != nil {
		return err
	}
	person := fmt.Sprintf(`{"name":"alice","email":"alice@example.com","common_name":"Alice Example","password":%q}`, password)
	for _, step := range []struct {
		path string
		body []byte
	}{
		{"/users/alice", []byte(person)},
		{"/services/aws", aws},
		{"/shortcuts/aws-a", []byte(`{"service_provider":"urn:amazon:webservices"}`)},
	} {
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, httptest.NewRequest(http.MethodPut, step.path, bytes.NewReader(step.body)))
		if answer.Code != http.StatusNoContent {
			return fmt.Errorf("PUT %s is answered %d: %s", step.path, answer.Code, answer.Body)
		}
	}
	return nil
}
