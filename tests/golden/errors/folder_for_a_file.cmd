check ./
