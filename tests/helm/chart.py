"""The Helm chart as a cluster would get it: linted, rendered with values of every kind, each manifest held against the
schemas of Kubernetes, and what an operator relies on looked for by name.

Arguments: the chart. Needs kubernetes-validate, which carries the schemas; helm is in HELM. Knows manifests, no program.
"""

import os
import subprocess
import sys

import kubernetes_validate
import yaml

# The oldest release that is looked after, and the newest whose schemas there are.
VERSIONS = ["1.29.0", "1.36.0"]

KAFKA = """
sink: kafka
scenario: |
  [bank.fraud]
  rate = 0.02
world: {start: "2026-01-01", end: "2027-01-01", seed: 7, people: 20000, region: "houston,london", speed: 60, adoptScenario: true}
kafka:
  brokers: a:9093,b:9093
  topicPrefix: test.
  username: town
  existingSecret: cluster
  existingSecretKey: secret
  tlsSecret: authorities
  properties: {security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-512, socket.keepalive.enable: true}
http: {existingSecret: web, existingSecretKey: token, names: [town.example.com]}
metrics: {serviceMonitor: {enabled: true, labels: {release: prometheus}}}
persistence: {size: 1Ti, storageClass: fast, annotations: {a: b}}
image: {repository: registry.example.com/populace, tag: 9.9.9}
imagePullSecrets: [{name: pull}]
extraEnv: [{name: POPULACE_LOG, value: debug}]
extraArgs: ["--rate=5000"]
podAnnotations: {a: b}
podLabels: {c: d}
nodeSelector: {disk: fast}
tolerations: [{key: a, operator: Exists}]
affinity: {nodeAffinity: {}}
priorityClassName: high
service: {type: LoadBalancer, annotations: {a: b}}
serviceAccount: {create: false, name: mine}
"""

# What is rendered, by name, and whether it may be.
GOOD = {
    "as it is": "",
    "into a cluster with a login": KAFKA,
    "without HTTP": 'http: {enabled: false}\nsink: "null"',
    "with secrets in values": "sink: kafka\nkafka: {brokers: 'k:1', username: u, password: p}\nhttp: {token: tiger-7}",
}
BAD = {
    "no brokers": "sink: kafka",
    "an unknown sink": "sink: kafak",
    "an unknown value": "wrold: {}",
    "a second owner": "replicas: 2",
    "a port that needs rights": "http: {port: 80}",
    "a token that no header carries": "http: {token: 'a b'}",
}


def helm(*words, given=""):
    """Runs helm with values on its standard input."""
    return subprocess.run([os.environ["HELM"], *words], input=given, capture_output=True, text=True, timeout=60)


def rendered(chart, values, version):
    """The manifests, by kind and name."""
    done = helm("template", "town", chart, "--namespace", "towns", "--kube-version", version, "--values", "-", given=values)
    assert done.returncode == 0, done.stderr
    found = [one for one in yaml.safe_load_all(done.stdout) if one]
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def keep_the_schemas(manifests, version):
    """Every manifest is what the API takes, with no field that it does not know."""
    for (kind, name), one in manifests.items():
        # A custom resource, whose schema is its operator's.
        if kind == "ServiceMonitor":
            assert one["spec"]["endpoints"][0]["port"] == "metrics" and one["spec"]["selector"]["matchLabels"]
            continue
        kubernetes_validate.validate(one, version, strict=True)
        assert "namespace" not in one["metadata"], f"{kind} {name} is where the release is"


def pod_of(manifests):
    """The StatefulSet and its one container."""
    (whole,) = [one for (kind, _), one in manifests.items() if kind == "StatefulSet"]
    (container,) = whole["spec"]["template"]["spec"]["containers"]
    return whole["spec"], container


def look_at_the_pod(manifests):
    """What holds of every pod."""
    spec, container = pod_of(manifests)
    pod = spec["template"]["spec"]
    assert spec["replicas"] == 1 and ("Service", spec["serviceName"]) in manifests
    assert pod["securityContext"]["runAsNonRoot"] and pod["terminationGracePeriodSeconds"] >= 60
    assert pod["automountServiceAccountToken"] is False
    # The links of other services are no business of the world's environment.
    assert pod["enableServiceLinks"] is False
    secure = container["securityContext"]
    assert secure["readOnlyRootFilesystem"] and not secure["allowPrivilegeEscalation"]
    assert secure["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["requests"] and container["resources"]["limits"]["memory"]
    probes = {name: container[name]["httpGet"] for name in ("livenessProbe", "readinessProbe", "startupProbe")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "livenessProbe": "/health", "readinessProbe": "/ready", "startupProbe": "/health"
    }
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert all(probe["port"] in ports for probe in probes.values())
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    claims = [claim["metadata"]["name"] for claim in spec["volumeClaimTemplates"]]
    volumes = [volume["name"] for volume in pod["volumes"]]
    assert claims == ["data"] and sorted(mounts) == sorted(claims + volumes), (mounts, claims, volumes)
    assert mounts["data"] == "/data" and {"name": "POPULACE_DATA_DIR", "value": "/data"} in container["env"]
    # Nobody reads a secret off a pod.
    text = yaml.safe_dump(container["args"]) + yaml.safe_dump(spec["template"]["metadata"])
    assert "tiger" not in text and "password=p" not in text
    own = [one for (kind, _), one in manifests.items() if kind == "Secret"]
    for env in container["env"]:
        ref = env.get("valueFrom", {}).get("secretKeyRef", {})
        for secret in own:
            assert ref.get("name") != secret["metadata"]["name"] or ref["key"] in secret["data"], ref


def look_at_kafka(manifests):
    """The arguments and secrets of a cluster with a login."""
    spec, container = pod_of(manifests)
    wanted = {
        "--sink=kafka", "--brokers=a:9093,b:9093", "--set=kafka.username=town", "--set=kafka.password=env:KAFKA_PASSWORD",
        "--kafka-property=security.protocol=SASL_SSL", "--kafka-property=ssl.ca.location=/etc/populace/tls/ca.crt",
        "--scenario=/etc/populace/scenario.toml", "--seed=7", "--people=20000", "--speed=60", "--rate=5000",
        "--http=0.0.0.0:7878", "--http-name=town.example.com", "--http-name=town-populace.towns.svc", "--adopt-scenario",
    }
    assert wanted <= set(container["args"]), wanted - set(container["args"])
    secrets = {env["name"]: env["valueFrom"]["secretKeyRef"] for env in container["env"] if "valueFrom" in env}
    assert secrets == {
        "POPULACE_HTTP_TOKEN": {"name": "web", "key": "token"}, "KAFKA_PASSWORD": {"name": "cluster", "key": "secret"}
    }
    assert not [kind for kind, _ in manifests if kind == "Secret"], "the secrets are somebody else's"
    scenario = manifests[("ConfigMap", "town-populace")]["data"]["scenario.toml"]
    assert scenario == "[bank.fraud]\nrate = 0.02\n", scenario
    assert container["image"] == "registry.example.com/populace:9.9.9"


def arguments(chart):
    """The arguments of all that is rendered, for whoever asks the program whether it knows them."""
    return [pod_of(rendered(chart, values, VERSIONS[-1]))[1]["args"] for values in GOOD.values()]


def main(chart):
    """All of it."""
    done = helm("lint", "--strict", "--quiet", "--kube-version", VERSIONS[-1], chart)
    assert done.returncode == 0, done.stdout + done.stderr
    for name, values in GOOD.items():
        for version in VERSIONS:
            manifests = rendered(chart, values, version)
            keep_the_schemas(manifests, version)
            look_at_the_pod(manifests)
        print(f"{name}: {', '.join(kind for kind, _ in manifests)}")
    look_at_kafka(rendered(chart, KAFKA, VERSIONS[-1]))
    for name, values in BAD.items():
        done = helm("template", "town", chart, "--kube-version", VERSIONS[-1], "--values", "-", given=values)
        assert done.returncode != 0, f"{name} was rendered"
    populace = os.environ.get("POPULACE")
    for words in arguments(chart) if populace else []:
        # It knows them all, and stops where it should: a scenario that is not there, or nothing to live for.
        told = subprocess.run([populace, *words, "--help"], capture_output=True, text=True, timeout=60)
        assert told.returncode == 0, told.stderr


if __name__ == "__main__":
    main(sys.argv[1])
