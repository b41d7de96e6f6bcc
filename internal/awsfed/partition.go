package awsfed

import (
	"regexp"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// Partition is a group of regions with accounts, addresses and names of its
// own. Take one from [PartitionByName]; the zero value is no partition.
type Partition struct {
	Name string // as ARNs spell it: aws, aws-cn or aws-us-gov

	signIn    string         // host of the sign-in address; most regions stand before it
	bare      string         // region whose only documented address has no region code
	console   string         // host of the console; regions, services and sessions stand before it
	domain    string         // what sign-in, console and all other services end in
	alsoRead  string         // what attribute names begin with in one page of AWS's documentation
	entityIDs []string       // what AWS calls itself in its metadata; the first is written
	regions   *regexp.Regexp // names of its regions
}

// attributePrefix is what the names of attributes begin with, in every partition.
const attributePrefix = "https://aws.amazon.com/SAML/Attributes/"

// partitions holds everything that differs between them. The patterns of region
// names are those of the AWS SDKs' table of partitions. One page of China's
// documentation spells attribute names in its own way, while every set-up in use
// there sends the names of the other partitions: those are written, both are read.
//
// The European Sovereign Cloud (aws-eusc) is left out until its SAML sign-in
// address, audience and attribute names are documented: a guess would send
// signed responses to an address that nobody vouches for.
var partitions = [...]Partition{
	{
		Name:      "aws",
		signIn:    "signin.aws.amazon.com",
		bare:      "us-east-1",
		console:   "console.aws.amazon.com",
		domain:    "aws.amazon.com",
		entityIDs: []string{"urn:amazon:webservices"},
		regions:   regexp.MustCompile(`^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[0-9]{1,2}$`),
	},
	{
		Name:      "aws-cn",
		signIn:    "signin.amazonaws.cn",
		console:   "console.amazonaws.cn",
		domain:    "amazonaws.cn",
		alsoRead:  "http://www.amazonaws.cn/SAML/Attributes/",
		entityIDs: []string{"urn:amazon:webservices:cn-north-1", "urn:amazon:webservices:cn-northwest-1"},
		regions:   regexp.MustCompile(`^cn-[a-z]+-[0-9]{1,2}$`),
	},
	{
		Name:      "aws-us-gov",
		signIn:    "signin.amazonaws-us-gov.com",
		console:   "console.amazonaws-us-gov.com",
		domain:    "amazonaws-us-gov.com",
		entityIDs: []string{"urn:amazon:webservices:govcloud"},
		regions:   regexp.MustCompile(`^us-gov-[a-z]+-[0-9]{1,2}$`),
	},
}

// PartitionByName finds the partition that ARNs spell so.
func PartitionByName(name string) (Partition, bool) {
	for i := range partitions {
		if partitions[i].Name == name {
			return partitions[i], true
		}
	}
	return Partition{}, false
}

// partitionBySignIn finds the partition that a sign-in address belongs to.
func partitionBySignIn(address string) (Partition, bool) {
	for i := range partitions {
		if partitions[i].isSignIn(address) {
			return partitions[i], true
		}
	}
	return Partition{}, false
}

// checkPartition finds the partition of a connector, or tells what is wrong
// with its name.
func checkPartition(name string) (Partition, *idp.Problem) {
	p, ok := PartitionByName(name)
	if !ok {
		return p, &idp.Problem{Field: "partition", Value: name, Reason: "is not a partition with known SAML addresses", Remedy: "use aws, aws-cn or aws-us-gov"}
	}
	return p, nil
}

// ACS is the address that a response is posted to, which is also its Recipient:
// the region's, or the one without a region code when region is empty. That one is
// us-east-1's: the only one that AWS documents for this region, and no more than a
// region's. A region that is not of this partition is an [idp.Problem].
func (p Partition) ACS(region string) (string, error) {
	if region != "" && !p.hasRegion(region) {
		return "", idp.Problem{Field: "region", Value: region, Reason: "is not the name of a region of partition " + p.Name, Remedy: "write it as " + p.example() + ", or leave it empty for " + p.bareACS()}
	}
	if region == p.bare || region == "" {
		return p.bareACS(), nil
	}
	return "https://" + region + "." + p.signIn + "/saml", nil
}

// bareACS is the sign-in address without a region code.
func (p *Partition) bareACS() string { return "https://" + p.signIn + "/saml" }

// FormAction is the source for the form-action directive of the page that posts
// a response: the whole partition, because browsers apply the directive to the
// redirects from the sign-in host to the console's host too.
func (p Partition) FormAction() string { return "https://*." + p.domain }

// AttributeName is the full name of the attribute with the given short name, such
// as RoleSessionName or PrincipalTag:team: the same in every partition.
func AttributeName(short string) string { return attributePrefix + short }

// ShortName is the short name of an attribute whose full name is read in this
// partition, and whether it is.
func (p Partition) ShortName(full string) (string, bool) {
	short, ok := strings.CutPrefix(full, attributePrefix)
	if !ok && p.alsoRead != "" {
		short, ok = strings.CutPrefix(full, p.alsoRead)
	}
	return short, ok
}

// hasRegion reports whether the partition can have a region of this name. New
// regions open without a new release; new continents need one.
func (p *Partition) hasRegion(name string) bool { return p.regions.MatchString(name) }

func (p *Partition) example() string {
	switch p.Name {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "eu-central-1"
}

// isSignIn reports whether s is a SAML sign-in address of the partition: with or
// without a region code, with or without the part that names one SAML provider.
func (p *Partition) isSignIn(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	label, below := strings.CutSuffix(host, "."+p.signIn)
	if host != p.signIn && !(below && p.hasRegion(label)) {
		return false
	}
	id, perProvider := strings.CutPrefix(path, "saml/acs/")
	return path == "saml" || perProvider && id != "" && allBytes(id, isWordByte)
}

// isAudience reports whether AWS takes s as naming itself.
func (p *Partition) isAudience(s string) bool {
	for _, id := range p.entityIDs {
		if s == id {
			return true
		}
	}
	return p.isSignIn(s)
}
