#!/bin/bash

# Rempart and what it needs, in an environment of its own; the manifest says which release.
install_release() {
    release=$(ynh_app_upstream_version)
    python3 -m venv "$install_dir/venv"
    "$install_dir/venv/bin/python" -m pip install --quiet --upgrade "rempart==$release"
    chown -R root:root "$install_dir/venv"
    chmod 755 "$install_dir" "$install_dir/venv"
}

# The unit is the product's own: it knows what the service must be able to read and write.
write_unit() {
    (cd "$data_dir" && "$install_dir/venv/bin/rempart" install-service)
    systemctl daemon-reload
    systemctl enable --quiet rempart
    yunohost service add rempart --description="A decoy number that stays up" --log_type=systemd
}
