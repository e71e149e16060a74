package api_test

import (
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const keyRings = "cloudkms.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/keyRings"

// makeKey makes a key ring and a key for encryption.
func (c cloud) makeKey() (name string) {
	c.t.Helper()
	c.do("POST", keyRings+"?keyRingId=ring", object{})
	key := c.do("POST", keyRings+"/ring/cryptoKeys?cryptoKeyId=data", object{"purpose": "ENCRYPT_DECRYPT"})
	name, _ = key["name"].(string)
	return name
}

func TestKeyLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const keys = keyRings + "/ring/cryptoKeys"
	c.refused(404, "keyRings/ring", "POST", keys+"?cryptoKeyId=data", object{"purpose": "ENCRYPT_DECRYPT"})
	name := c.makeKey()
	key := c.do("GET", keys+"/data", nil)
	primary, _ := key["primary"].(object)
	if primary["name"] != name+"/cryptoKeyVersions/1" || primary["state"] != "ENABLED" || key["destroyScheduledDuration"] != "2592000s" {
		t.Errorf("the key: %v", key)
	}
	c.refused(409, "already exists", "POST", keyRings+"?keyRingId=ring", object{})
	c.refused(409, "already exists", "POST", keys+"?cryptoKeyId=data", object{"purpose": "ENCRYPT_DECRYPT"})
	c.refused(400, "at least 24 hours", "PATCH", keys+"/data?updateMask=rotationPeriod,nextRotationTime", object{"rotationPeriod": "3600s", "nextRotationTime": "2027-01-01T00:00:00Z"})
	c.do("PATCH", keys+"/data?updateMask=rotationPeriod,nextRotationTime", object{"rotationPeriod": "7776000s", "nextRotationTime": "2027-01-01T00:00:00Z"})
	c.refused(400, "purpose cannot be changed", "PATCH", keys+"/data?updateMask=purpose", object{"purpose": "MAC"})
	c.do("POST", keys+"/data/cryptoKeyVersions", object{})
	c.do("POST", keys+"/data:updatePrimaryVersion", object{"cryptoKeyVersionId": "2"})
	if v := c.do("POST", keys+"/data/cryptoKeyVersions/1:destroy", object{}); v["state"] != "DESTROY_SCHEDULED" || v["destroyTime"] != "2026-12-26T12:00:00Z" {
		t.Errorf("the version: %v", v)
	}
	c.refused(400, "cannot be destroyed", "POST", keys+"/data/cryptoKeyVersions/1:destroy", object{})
	c.refused(400, "is not enabled", "POST", keys+"/data:updatePrimaryVersion", object{"cryptoKeyVersionId": "1"})
	if v := c.do("POST", keys+"/data/cryptoKeyVersions/1:restore", object{}); v["state"] != "DISABLED" {
		t.Errorf("the version: %v", v)
	}
	c.do("PATCH", keys+"/data/cryptoKeyVersions/1?updateMask=state", object{"state": "ENABLED"})
	if versions, _ := c.do("GET", keys+"/data/cryptoKeyVersions", nil)["cryptoKeyVersions"].([]any); len(versions) != 2 {
		t.Errorf("the versions: %v", versions)
	}
	c.refused(404, "Not Found", "DELETE", keyRings+"/ring", nil)
	c.refused(400, "cannot be deleted", "DELETE", keys+"/data", nil)
}

func TestSigningKey(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.do("POST", keyRings+"?keyRingId=ring", object{})
	const keys = keyRings + "/ring/cryptoKeys"
	c.refused(400, "need a versionTemplate", "POST", keys+"?cryptoKeyId=s", object{"purpose": "ASYMMETRIC_SIGN"})
	c.refused(400, "cannot be used by CryptoKeys of purpose ASYMMETRIC_SIGN", "POST", keys+"?cryptoKeyId=s",
		object{"purpose": "ASYMMETRIC_SIGN", "versionTemplate": object{"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION"}})
	c.refused(400, "cannot be rotated automatically", "POST", keys+"?cryptoKeyId=s",
		object{"purpose": "ASYMMETRIC_SIGN", "rotationPeriod": "7776000s", "nextRotationTime": "2027-01-01T00:00:00Z", "versionTemplate": object{"algorithm": "EC_SIGN_P256_SHA256"}})
	seen := map[string]bool{}
	for _, algorithm := range []string{"EC_SIGN_P256_SHA256", "EC_SIGN_P384_SHA384", "EC_SIGN_ED25519"} {
		id := strings.ToLower(algorithm)
		key := c.do("POST", keys+"?cryptoKeyId="+id, object{"purpose": "ASYMMETRIC_SIGN", "versionTemplate": object{"algorithm": algorithm, "protectionLevel": "HSM"}})
		if key["primary"] != nil {
			t.Errorf("a signing key with a primary version: %v", key)
		}
		public := c.do("GET", keys+"/"+id+"/cryptoKeyVersions/1/publicKey", nil)
		pem, _ := public["pem"].(string)
		if !strings.HasPrefix(pem, "-----BEGIN PUBLIC KEY-----\n") || seen[pem] || public["algorithm"] != algorithm || public["protectionLevel"] != "HSM" {
			t.Errorf("the public key: %v", public)
		}
		seen[pem] = true
		if again := c.do("GET", keys+"/"+id+"/cryptoKeyVersions/1/publicKey", nil); again["pem"] != pem {
			t.Errorf("another public key: %v", again)
		}
	}
	c.do("POST", keys+"?cryptoKeyId=rsa", object{"purpose": "ASYMMETRIC_SIGN", "versionTemplate": object{"algorithm": "RSA_SIGN_PSS_2048_SHA256"}})
	c.refused(501, "public keys of algorithm RSA", "GET", keys+"/rsa/cryptoKeyVersions/1/publicKey", nil)
	c.do("POST", keys+"?cryptoKeyId=data", object{"purpose": "ENCRYPT_DECRYPT"})
	c.refused(400, "have no public key", "GET", keys+"/data/cryptoKeyVersions/1/publicKey", nil)
	c.refused(400, "must be set together", "POST", keys+"?cryptoKeyId=r", object{"purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "7776000s"})
}
