{{/* Names are at most 63 long, and the names of what belongs to a release begin with these. */}}
{{- define "populace.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "populace.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $whole := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $whole .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "populace.selector" -}}
app.kubernetes.io/name: {{ include "populace.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "populace.labels" -}}
{{ include "populace.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "populace.serviceAccount" -}}
{{- .Values.serviceAccount.create | ternary (default (include "populace.fullname" .) .Values.serviceAccount.name) (default "default" .Values.serviceAccount.name) -}}
{{- end -}}

{{/* Whether Kafka's password comes from this release's own secret. */}}
{{- define "populace.ownPassword" -}}
{{- if and (eq .Values.sink "kafka") .Values.kafka.password (not .Values.kafka.existingSecret) -}}yes{{- end -}}
{{- end -}}

{{/* Whether the token does. */}}
{{- define "populace.ownToken" -}}
{{- if and .Values.http.enabled (not .Values.http.existingSecret) -}}yes{{- end -}}
{{- end -}}

{{/* The token: as stated, or as it was made at the first install, or new. */}}
{{- define "populace.token" -}}
{{- $known := dig "data" "http-token" "" (lookup "v1" "Secret" .Release.Namespace (include "populace.fullname" .) | default dict) -}}
{{- if .Values.http.token -}}
{{- .Values.http.token -}}
{{- else if $known -}}
{{- b64dec $known -}}
{{- else -}}
{{- randAlphaNum 40 -}}
{{- end -}}
{{- end -}}

{{/* The arguments of the program, one a line. */}}
{{- define "populace.args" -}}
{{- $name := include "populace.fullname" . -}}
- run
- --start={{ .Values.world.start }}
{{- with .Values.world.end }}
- --end={{ . }}
{{- end }}
{{- if not (kindIs "invalid" .Values.world.seed) }}
- --seed={{ .Values.world.seed | toString }}
{{- end }}
{{- if .Values.world.people }}
- --people={{ .Values.world.people | int64 }}
{{- end }}
{{- with .Values.world.region }}
- --region={{ . }}
{{- end }}
{{- with .Values.world.speed }}
- --speed={{ . }}
{{- end }}
{{- if .Values.scenario }}
- --scenario=/etc/populace/scenario.toml
{{- end }}
{{- if .Values.world.adoptScenario }}
- --adopt-scenario
{{- end }}
- --sink={{ .Values.sink }}
{{- if eq .Values.sink "kafka" }}
- --brokers={{ required "kafka.brokers is needed where the sink is kafka: give host:port" .Values.kafka.brokers }}
{{- with .Values.kafka.topicPrefix }}
- --set=kafka.topic_prefix={{ . }}
{{- end }}
{{- with .Values.kafka.username }}
- --set=kafka.username={{ . }}
- --set=kafka.password=env:KAFKA_PASSWORD
{{- end }}
{{- range $key, $value := .Values.kafka.properties }}
- {{ printf "--kafka-property=%s=%v" $key $value | quote }}
{{- end }}
{{- if .Values.kafka.tlsSecret }}
- --kafka-property=ssl.ca.location=/etc/populace/tls/ca.crt
{{- end }}
{{- end }}
{{- if .Values.http.enabled }}
- --http=0.0.0.0:{{ .Values.http.port }}
{{- $own := list $name (printf "%s.%s" $name .Release.Namespace) (printf "%s.%s.svc" $name .Release.Namespace) (printf "%s.%s.svc.cluster.local" $name .Release.Namespace) }}
{{- range concat $own .Values.http.names }}
- --http-name={{ . }}
{{- end }}
{{- else }}
- --http=off
{{- end }}
- --metrics=0.0.0.0:{{ .Values.metrics.port }}
- --log={{ .Values.log }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}
