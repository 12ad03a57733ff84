resource "google_cloud_run_v2_service" "datasette" {
  name                = "${var.name}-datasette"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_ALL"
  deletion_protection = false

  template {
    service_account                  = google_service_account.datasette.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = 40
    timeout                          = "60s"

    scaling {
      min_instance_count = var.datasette_instances.min
      max_instance_count = var.datasette_instances.max
    }

    containers {
      image = "${local.registry}/datasette:${var.tag}"

      # The restarter changes this one. 0 is the image's own page, before the first release.
      env {
        name  = "DYNASETTE_RELEASE"
        value = "0"
      }
      env {
        name  = "MOUNT"
        value = "/mnt/serving"
      }
      env {
        name = "DATASETTE_SECRET"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.datasette.secret_id
            version = "latest"
          }
        }
      }

      resources {
        limits = {
          cpu    = "1"
          memory = var.datasette_memory
        }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      ports {
        container_port = 8080
      }

      volume_mounts {
        name       = "serving"
        mount_path = "/mnt/serving"
      }

      startup_probe {
        period_seconds    = 2
        timeout_seconds   = 2
        failure_threshold = 60
        http_get {
          path = "/-/versions.json"
        }
      }
      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 5
        failure_threshold = 4
        http_get {
          path = "/-/actor.json"
        }
      }
    }

    volumes {
      name = "serving"
      gcs {
        bucket    = google_storage_bucket.serving.name
        read_only = true
      }
    }
  }

  # What the restarter changes: the release, its mark, and so the revision.
  lifecycle {
    ignore_changes = [
      client,
      client_version,
      template[0].annotations,
      template[0].containers[0].env,
      template[0].revision,
    ]
  }

  depends_on = [
    google_storage_bucket_iam_member.datasette_reads_releases,
    google_secret_manager_secret_iam_member.datasette_reads_secret,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "public" {
  count    = var.public ? 1 : 0
  name     = google_cloud_run_v2_service.datasette.name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

# Signs cookies and tokens; the same for all instances and releases. Its value is added by
# hand (README.md), so that it is not in Terraform's state.
resource "google_secret_manager_secret" "datasette" {
  secret_id = "${var.name}-datasette-secret"

  replication {
    auto {}
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_member" "datasette_reads_secret" {
  secret_id = google_secret_manager_secret.datasette.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.datasette.member
}
