package client

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/resource"
)

// standInPrefix begins what no ETag begins with.
const standInPrefix = "listed "

// standIn is what stands for the ETag of a thing that came in a list: the API
// sends ETags with single things alone. Version and time of making tell one
// version from every other, also from one of a thing that was made anew.
func standIn(version uint64, created string) string {
	return standInPrefix + strconv.FormatUint(version, 10) + " " + created
}

func isStandIn(match string) bool { return strings.HasPrefix(match, standInPrefix) }

func tagConnector(c *resource.Connector) { c.ETag = standIn(c.Version, c.CreatedAt) }
func tagGroup(g *resource.Group)         { g.ETag = standIn(g.Version, g.CreatedAt) }
func tagUser(u *resource.User)           { u.ETag = standIn(u.Version, u.CreatedAt) }

// untagged is for things without versions.
func untagged[T any](*T) {}

// version is what names the version of a thing that was just read.
type version struct {
	etag, standIn string
}

// exchange is the ETag to change a thing by, if it is of the version that the
// caller wants.
func (v version) exchange(match string) (string, error) {
	if match == "" || match == AnyVersion || match == v.etag || match == v.standIn {
		return v.etag, nil
	}
	return "", &Error{Status: http.StatusPreconditionFailed, Kind: KindStale, Title: "it has changed since it was read"}
}

func connectorVersion(c *resource.Connector) version {
	return version{c.ETag, standIn(c.Version, c.CreatedAt)}
}

func groupVersion(g *resource.Group) version {
	return version{g.ETag, standIn(g.Version, g.CreatedAt)}
}

func userVersion(u *resource.User) version {
	return version{u.ETag, standIn(u.Version, u.CreatedAt)}
}
