package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// visitor is a browser that does not follow where it is led, and holds an
// administrator's token besides.
type visitor struct {
	url, token string
	client     http.Client
}

func newVisitor(address, token string) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &visitor{address, token, http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// send is the answer to a request in words: its status, and where it leads.
func (v *visitor) send(request *http.Request) (string, error) {
	response, err := v.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	if err != nil {
		return "", err
	}
	answer := fmt.Sprint(response.StatusCode)
	where, _, _ := strings.Cut(response.Header.Get("Location"), "?")
	if where != "" {
		answer += " to " + where
	}
	return answer, nil
}

func (v *visitor) signIn(ctx context.Context, email string) error {
	form := url.Values{"username": {email}, "password": {password}, "next": {"/"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, v.url+"/signin", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := v.send(request)
	if err == nil && answer != "303 to /" {
		err = fmt.Errorf("sign-in is answered %s", answer)
	}
	return err
}

func (v *visitor) launch(ctx context.Context, slug string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+"/sso/"+slug, http.NoBody)
	if err != nil {
		return "", err
	}
	return v.send(request)
}

func (v *visitor) whoAmI(ctx context.Context) (string, error) {
	request, err := v.asking(ctx, http.MethodGet, "/api/v1/whoami")
	if err != nil {
		return "", err
	}
	return v.send(request)
}

// closeAll locks everything down, and tells how long the answer takes.
func (v *visitor) closeAll(ctx context.Context) (time.Duration, error) {
	request, err := v.asking(ctx, http.MethodPost, "/api/v1/lockdown")
	if err != nil {
		return 0, err
	}
	began := time.Now()
	answer, err := v.send(request)
	took := time.Since(began)
	if err == nil && !strings.HasPrefix(answer, "20") {
		err = fmt.Errorf("lockdown is answered %s", answer)
	}
	return took, err
}

// asking is a request to the API by the token alone.
func (v *visitor) asking(ctx context.Context, method, path string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, v.url+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+v.token)
	return request, nil
}
